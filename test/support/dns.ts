import { createSocket } from "node:dgram";
import { once } from "node:events";

/** Records by `TYPE name`, such as `TXT example.org`. MX records have the form `10 mail.example.org`. */
export type Zone = Readonly<Record<string, readonly string[]>>;

export interface Dns {
  /** `127.0.0.1:port`. */
  readonly server: string;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<number, string>> = { 1: "A", 12: "PTR", 15: "MX", 16: "TXT", 28: "AAAA" };

/** Encodes the data of a record (RFC 1035 section 3.3). */
const WRITE: Readonly<Record<string, (text: string) => Buffer>> = {
  A: (text) => Buffer.from(text.split(".").map(Number)),
  PTR: nameOf,
  MX: (text) => {
    const [preference = "0", host = ""] = text.split(" ");
    return Buffer.concat([number(Number(preference)), nameOf(host)]);
  },
  TXT: (text) =>
    Buffer.concat(
      (text.match(/[^]{1,255}/g) ?? [""]).map((piece) =>
        Buffer.concat([Buffer.from([piece.length]), Buffer.from(piece)]),
      ),
    ),
};

/** Starts a DNS server over UDP on a free local port. Names outside the zone do not exist. */
export async function startDns(zone: Zone): Promise<Dns> {
  const socket = createSocket("udp4");
  socket.on("message", (query, { address, port }) => socket.send(answer(query, zone), port, address));
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    server: `127.0.0.1:${socket.address().port}`,
    close: async () => {
      socket.close();
      await once(socket, "close");
    },
  };
}

function answer(query: Buffer, zone: Zone): Buffer {
  const end = query.indexOf(0, 12) + 5;
  const labels: string[] = [];
  for (let at = 12; (query[at] ?? 0) > 0; at += 1 + (query[at] ?? 0)) {
    labels.push(query.toString("latin1", at + 1, at + 1 + (query[at] ?? 0)));
  }
  const name = labels.join(".").toLowerCase();
  const type = query.readUInt16BE(end - 4);
  const kind = TYPES[type] ?? "";
  const write = WRITE[kind];
  const records = write === undefined ? [] : (zone[`${kind} ${name}`] ?? []).map(write);
  const isKnown = Object.keys(zone).some((key) => key.endsWith(` ${name}`));
  // Flags of a response with recursion available. NXDOMAIN for an unknown name.
  const head = Buffer.concat([
    query.subarray(0, 2),
    number(isKnown ? 0x8180 : 0x8183),
    number(1),
    number(records.length),
    number(0),
    number(0),
  ]);
  const body = records.map((data) =>
    Buffer.concat([
      Buffer.from([0xc0, 0x0c]),
      number(type),
      number(1),
      Buffer.from([0, 0, 0, 60]),
      number(data.length),
      data,
    ]),
  );
  return Buffer.concat([head, query.subarray(12, end), ...body]);
}

function nameOf(text: string): Buffer {
  const labels = text.split(".").map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
