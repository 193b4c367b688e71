import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";

/**
 * A mail server that outlives the senders. It writes every accepted message to a file (one line `address message-id`), on disk
 * before it replies, then waits a little, so that senders also die between the reply and their commit. Arguments: the file, the
 * longest wait in ms, the host to listen on. It sends its port and every acceptance to its parent.
 */
const [file = "", longestWait = "0", host = "127.0.0.1"] = process.argv.slice(2);
const log = openSync(file, "a");

interface Conversation {
  pending: string;
  inData: boolean;
  to: string;
  /** Whether it waits before a reply; pipelined commands are answered after it (RFC 2920 section 3.2). */
  isWaiting: boolean;
}

function tell(message: object): void {
  process.send?.(message);
}

function accept(socket: Socket, conversation: Conversation, message: string): void {
  const id = /^Message-ID: (\S+)/m.exec(message)?.[1] ?? "none";
  writeSync(log, `${conversation.to} ${id}\n`);
  fdatasyncSync(log);
  tell({ accepted: conversation.to });
  conversation.isWaiting = true;
  setTimeout(
    () => {
      conversation.isWaiting = false;
      if (!socket.writable) return;
      socket.write("250 2.0.0 taken\r\n");
      answer(socket, conversation);
    },
    Math.random() * Number(longestWait),
  );
}

const REPLIES: Readonly<Record<string, string>> = {
  EHLO: "250-sink\r\n250-PIPELINING\r\n250 SIZE 10000000",
  MAIL: "250 2.1.0 fine",
  DATA: "354 go on",
  RSET: "250 2.0.0 forgotten",
  QUIT: "221 2.0.0 bye",
};

function answer(socket: Socket, conversation: Conversation): void {
  while (!conversation.isWaiting) {
    const mark = conversation.inData ? "\r\n.\r\n" : "\r\n";
    const end = conversation.pending.indexOf(mark);
    if (end < 0) {
      return;
    }
    const text = conversation.pending.slice(0, end);
    conversation.pending = conversation.pending.slice(end + mark.length);
    if (conversation.inData) {
      conversation.inData = false;
      accept(socket, conversation, text);
    } else {
      obey(socket, conversation, text);
    }
  }
}

function obey(socket: Socket, conversation: Conversation, line: string): void {
  const verb = line.slice(0, 4).toUpperCase();
  const to = /^RCPT TO:<([^>]*)>/i.exec(line)?.[1];
  conversation.to = to ?? conversation.to;
  conversation.inData = verb === "DATA";
  socket.write(`${to === undefined ? (REPLIES[verb] ?? "502 5.5.1 unknown") : "250 2.1.5 fine"}\r\n`);
}

// Without Nagle's algorithm, which would be measured instead of the sender.
const server = createServer({ noDelay: true }, (socket) => {
  const conversation: Conversation = { pending: "", inData: false, to: "", isWaiting: false };
  socket.on("error", () => undefined);
  socket.on("data", (chunk) => {
    conversation.pending += chunk.toString("latin1");
    answer(socket, conversation);
  });
  socket.write("220 sink\r\n");
});

server.listen(0, host, () => tell({ port: (server.address() as AddressInfo).port }));
process.once("disconnect", () => {
  closeSync(log);
  process.exit(0);
});
