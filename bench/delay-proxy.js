// Delays bytes by half a round trip in each direction, like a remote server. Runs as a separate process.
//   node bench/delay-proxy.js PORT ROUND-TRIP-MS
import { connect, createServer } from "node:net";

const [port, roundTrip] = process.argv.slice(2).map(Number);

/** Delays each chunk separately, so pipelined commands stay pipelined. */
function pass(from, to) {
  from.on("data", (chunk) => setTimeout(() => to.writable && to.write(chunk), roundTrip / 2));
  from.on("end", () => setTimeout(() => to.end(), roundTrip / 2));
  from.on("error", () => to.destroy());
}

const server = createServer({ noDelay: true }, (near) => {
  const far = connect({ port, host: "127.0.0.1", noDelay: true });
  pass(near, far);
  pass(far, near);
});

server.listen(0, "127.0.0.1", () => process.send?.({ port: server.address().port }));
process.on("disconnect", () => process.exit());
