import { Socket } from "node:net";
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import { type Line, openLine } from "./socket.js";

/** nodemailer's listeners on its socket, by event. */
const LISTENERS = {
  data: "_onSocketData",
  end: "_onSocketEnd",
  close: "_onSocketClose",
  timeout: "_onSocketTimeout",
  error: "_onSocketError",
} as const;

/**
 * Takes the line from a connection that nodemailer opened, encrypted and logged in; the connection can do nothing more.
 * nodemailer's own message phase looks at each byte of a message and waits for replies that nobody needs yet: it costs ten
 * times the processor time and twice the round trips (docs/performance.md). What is used here is private to it.
 * @throws Error when its insides are no longer what they were.
 */
export function takeOver(connection: SMTPConnection): Line {
  const inside = (name: string): unknown => Reflect.get(connection, name);
  const [socket, queue, rest] = ["_socket", "_responseQueue", "_remainder"].map(inside);
  if (!(socket instanceof Socket) || !Array.isArray(queue) || typeof rest !== "string") {
    throw new Error("nodemailer's connection holds no socket where it used to");
  }
  for (const [event, name] of Object.entries(LISTENERS)) {
    const listener = inside(name);
    if (typeof listener !== "function") throw new Error(`nodemailer's connection has no ${name}`);
    socket.off(event, listener as () => void);
  }
  // What the server has said and nobody has looked at yet.
  return openLine(socket, queue.map((reply) => `${String(reply)}\r\n`).join("") + rest);
}
