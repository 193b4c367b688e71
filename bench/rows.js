// The table of figures and their references. `of` and `against` name a measure and one of its figures. The goal limits the ratio of
// the medians: at most `most` or at least `least`.

export const ROWS = [
  { work: "paperboy --help", of: "help.ms", against: "empty.ms", reference: "node on an empty file", most: 1.3 },
  {
    work: "render 50 papers as HTML",
    of: "render.ms",
    against: "empty.ms",
    reference: "node on an empty file",
    most: 2,
  },
  { work: "the same", of: "render.ms", against: "digest.ms", reference: "ten lines of three READMEs", most: 1 },
  {
    work: "page to papers, 71 papers",
    of: "parse.ms",
    against: "papers.ms",
    reference: "the same with cheerio.load",
    most: 1,
  },
  {
    work: "send, ledger, gate, unsigned",
    of: "unsigned.rate",
    against: "pool.rate",
    reference: "nodemailer pool, no ledger",
    least: 30,
  },
  {
    work: "the same, CPU a message",
    of: "unsigned.cpuPerMessage",
    against: "pool.cpuPerMessage",
    reference: "nodemailer pool",
    most: 1 / 30,
  },
  { work: "the same", of: "unsigned.rate", against: "source.rate", reference: "smtp-source, same bytes", least: 0.6 },
  {
    work: "send, ledger, RSA-2048 DKIM",
    of: "rsa.rate",
    against: "poolSigned.rate",
    reference: "nodemailer pool, RSA, no ledger",
    least: 10,
  },
  {
    work: "the same, CPU a message",
    of: "rsa.cpuPerMessage",
    against: "poolSigned.cpuPerMessage",
    reference: "nodemailer pool, RSA",
    most: 0.1,
  },
  {
    work: "send, ledger, Ed25519 DKIM",
    of: "ed25519.rate",
    against: "poolSigned.rate",
    reference: "nodemailer pool, RSA, no ledger",
    least: 25,
  },
  {
    work: "send over 20 ms, 20 connections",
    of: "far.rate",
    against: "farSource.rate",
    reference: "smtp-source, 20 sessions",
    least: 3,
  },
  {
    work: "whole run, one reader, cold",
    of: "one.ms",
    against: "r2e.ms",
    reference: "rss2email, the same 50 entries",
    most: 0.5,
  },
];

/** The units of the figures. */
export const UNITS = { ms: "ms", rate: "/s", cpuPerMessage: "ms CPU" };
