// A mail server that accepts everything and only looks for the end of data. It is a separate process, so that it takes no processor
// time from the sender. Its parent sends it the messages { ask: "reset" } and { ask: "figures" }.
//   node bench/sink.js [file for the first message]
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";

const END = Buffer.from("\r\n.\r\n");
let [keepIn] = process.argv.slice(2);
const figures = { accepted: 0, firstAt: 0, lastAt: 0 };
const now = () => performance.timeOrigin + performance.now();

const server = createServer({ noDelay: true }, (socket) => {
  let inData = false;
  let commands = "";
  let tail = Buffer.alloc(0);
  let kept = keepIn ? [] : null;
  socket.on("error", () => undefined);
  socket.write("220 sink.example.org\r\n");

  const answer = (line) => {
    if (/^DATA/i.test(line)) {
      inData = true;
      // Start as after a line end, so that the end of an empty message is found as well.
      tail = Buffer.from("\r\n");
      return "354 go on\r\n";
    }
    if (/^EHLO/i.test(line)) return "250-sink.example.org\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 0\r\n";
    return /^QUIT/i.test(line) ? "221 bye\r\n" : "250 fine\r\n";
  };

  const takeData = (chunk) => {
    const joined = tail.length > 0 ? Buffer.concat([tail, chunk.subarray(0, 4)]) : null;
    const across = joined ? joined.indexOf(END) : -1;
    const at = across === -1 ? chunk.indexOf(END) : across - tail.length;
    if (at === -1) {
      kept?.push(chunk);
      tail = Buffer.from(chunk.length >= 4 ? chunk.subarray(-4) : Buffer.concat([tail, chunk]).subarray(-4));
      return null;
    }
    kept?.push(chunk.subarray(0, Math.max(0, at)));
    inData = false;
    figures.accepted += 1;
    figures.firstAt ||= now();
    figures.lastAt = now();
    if (kept && keepIn) writeFileSync(keepIn, Buffer.concat(kept));
    if (kept) keepIn = undefined;
    kept = null;
    return chunk.subarray(at + END.length);
  };

  socket.on("data", (chunk) => {
    let rest = chunk;
    let answers = "";
    while (rest !== null && rest.length > 0) {
      if (inData) {
        rest = takeData(rest);
        if (rest !== null) answers += "250 accepted\r\n";
        continue;
      }
      const end = rest.indexOf(10);
      if (end === -1) {
        commands += rest.toString("latin1");
        break;
      }
      const line = commands + rest.toString("latin1", 0, end);
      commands = "";
      rest = rest.subarray(end + 1);
      answers += answer(line);
      if (/^QUIT/i.test(line)) socket.end(answers);
    }
    if (answers && socket.writable) socket.write(answers);
  });
});

server.listen(0, "127.0.0.1", () => process.send?.({ port: server.address().port }));
process.on("message", ({ ask }) => {
  if (ask === "reset") Object.assign(figures, { accepted: 0, firstAt: 0, lastAt: 0 });
  process.send?.({ ...figures });
});
process.on("disconnect", () => process.exit());
