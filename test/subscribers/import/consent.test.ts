import { describe, expect, it } from "vitest";
import { DEFAULT_VIEW } from "../../../src/rank/view.js";
import { createRowParser } from "../../../src/subscribers/import/rows.js";
import { rowsOf } from "./rows-of.js";

/** Imports a CSV file and returns the state of each row, or why it is refused. */
async function statesOf(file: string, fileName?: string): Promise<string[]> {
  const { rows } = await rowsOf(file);
  return rows
    .map(createRowParser(DEFAULT_VIEW, fileName))
    .map((row) => ("subscriber" in row ? row.subscriber.state : row.why));
}

/** The lists of a reader, as listmonk exports them. */
function on(...states: string[]) {
  return states.map((subscription_status, id) => ({ id, subscription_status }));
}

describe("the columns of other tools", () => {
  const EXPORTS: readonly {
    tool: string;
    header: string;
    rows: readonly (readonly [cells: string, state: string])[];
  }[] = [
    {
      tool: "Ghost",
      header:
        "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers",
      rows: [
        ["1,a@example.com,Anna,,true,false,,2024-01-01T00:00:00Z,,,", "active"],
        ["2,b@example.com,Bernd,,false,false,,2024-01-01T00:00:00Z,,,", "gone"],
        ["3,c@example.com,Cleo,,true,false,,2024-01-01T00:00:00Z,2024-05-01T00:00:00Z,,", "gone"],
      ],
    },
    {
      tool: "Buttondown",
      header: "email,notes,type,tags,unsubscription_date,undeliverability_date",
      rows: [
        ["a@example.com,,regular,,,", "active"],
        ["b@example.com,,premium,,,", "active"],
        ["c@example.com,,unsubscribed,,2024-05-01,", "gone"],
        ["d@example.com,,unactivated,,,", "pending"],
        ["e@example.com,,undeliverable,,,2024-05-01", "bounced"],
        ["f@example.com,,complained,,,", "gone"],
        ["g@example.com,,paused,,,", "paused"],
        ["h@example.com,,regular,,2024-05-01,", "gone"],
      ],
    },
    {
      tool: "beehiiv, MailerLite and EmailOctopus",
      header: "email,status,created_at",
      rows: [
        ["a@example.com,active,", "active"],
        ["b@example.com,inactive,", "gone"],
        ["c@example.com,UNSUBSCRIBED,", "gone"],
        ["d@example.com,pending,", "pending"],
        ["e@example.com,Unconfirmed,", "pending"],
        ["f@example.com,bounced,", "bounced"],
        ["g@example.com,junk,", "gone"],
        ["h@example.com,SUBSCRIBED,", "active"],
      ],
    },
    {
      tool: "listmonk",
      header: "uuid,email,name,attributes,status,subscription_status",
      rows: [
        ["1,a@example.com,A,{},enabled,confirmed", "active"],
        ["2,b@example.com,B,{},blocklisted,confirmed", "gone"],
        ["3,c@example.com,C,{},enabled,unsubscribed", "gone"],
        ["4,d@example.com,D,{},disabled,unconfirmed", "gone"],
      ],
    },
    {
      tool: "Mailchimp",
      header: "Email Address;First Name;OPTIN_TIME;UNSUB_TIME;UNSUB_REASON;CLEAN_TIME",
      rows: [
        ["a@example.com;A;2020-01-01 10:00:00;;;", "active"],
        ["b@example.com;B;2020-01-01 10:00:00;2024-05-01 10:00:00;N/A;", "gone"],
        ["c@example.com;C;2020-01-01 10:00:00;;NORMAL;", "gone"],
        ["d@example.com;D;2020-01-01 10:00:00;;;2024-05-01 10:00:00", "bounced"],
        ["e@example.com;E;2020-01-01 10:00:00;0000-00-00 00:00:00;;", "active"],
      ],
    },
    {
      tool: "Mailchimp's list of subscribed contacts",
      header:
        "Email Address,First Name,Last Name,Address,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS",
      rows: [
        [
          'a@example.com,Anna,,,2,,,2024-05-01 10:00:00,192.0.2.1,,,,,,DE,,2024-05-01 10:00:00,1,1a,,"""news"""',
          "active",
        ],
      ],
    },
    {
      tool: "Substack",
      header: "email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at",
      rows: [
        ["a@example.com,false,,other,false,2025-01-01T00:00:00.000Z,", "active"],
        ["b@example.com,true,2027-01-01T00:00:00.000Z,yearly,false,2025-01-01T00:00:00.000Z,", "active"],
        ["c@example.com,false,,other,true,2025-01-01T00:00:00.000Z,", "gone"],
      ],
    },
    {
      tool: "Substack's dashboard",
      header: "Email,Name,Type,Stripe plan,Cancel date,Start date,Activity",
      rows: [
        ["a@example.com,Anna,Free,,,2025-01-01,4", "active"],
        ["b@example.com,Bernd,Paid,monthly,2025-06-01,2025-01-01,4", "active"],
      ],
    },
    {
      tool: "Buttondown, as of 2024",
      header: "id,email_address,type,creation_date,unsubscription_date,unsubscription_reason",
      rows: [
        ["1,a@example.com,regular,2024-01-01,,", "active"],
        ["2,b@example.com,unsubscribed,2024-01-01,2024-05-01,", "gone"],
        ["3,c@example.com,spammy,2024-01-01,,", "gone"],
      ],
    },
    {
      tool: "listmonk's subscribers",
      header: "uuid,email,name,attributes,status,created_at,updated_at",
      rows: [
        ['1,a@example.com,Anna,"{""city"": ""Bern""}",enabled,2024-01-01,2024-01-01', "active"],
        ["2,b@example.com,Bernd,{},blocklisted,2024-01-01,2024-01-01", "gone"],
        ["3,c@example.com,Cleo,{},disabled,2024-01-01,2024-01-01", "gone"],
      ],
    },
    {
      tool: "Google Contacts",
      header:
        "First Name,Middle Name,Last Name,Notes,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value",
      rows: [
        ['Anna,,A,"met at a\nworkshop",* myContacts,* Home,a@example.com,Work,anna@example.com,Mobile,1', "active"],
        ["Bernd,,B,,* myContacts,,,Work,b@example.com ::: c@example.com,Mobile,1", "active"],
        ["Cleo,,C,,* myContacts,,,,,Mobile,1", "the address is empty"],
      ],
    },
    {
      tool: "Klaviyo",
      header: "Email,Email Marketing Consent",
      rows: [
        ["a@example.com,SUBSCRIBED", "active"],
        ["b@example.com,UNSUBSCRIBED", "gone"],
        ["c@example.com,NEVER_SUBSCRIBED", "gone"],
      ],
    },
    {
      tool: "Shopify, Substack, HubSpot and Brevo",
      header: "email,Accepts Email Marketing,email_disabled,Unsubscribed from all email,BLOCKLISTED",
      rows: [
        ["a@example.com,yes,false,FALSE,no", "active"],
        ["b@example.com,no,false,FALSE,no", "gone"],
        ["c@example.com,yes,true,FALSE,no", "gone"],
        ["d@example.com,yes,false,TRUE,no", "gone"],
        ["e@example.com,yes,false,FALSE,yes", "gone"],
        ["f@example.com,yes,,,", "active"],
      ],
    },
    {
      tool: "phpList and MailPoet",
      header: "email,confirmed,blacklisted,bounce count,global_status,list_status",
      rows: [
        ["a@example.com,1,0,3,subscribed,subscribed", "active"],
        ["b@example.com,0,0,0,subscribed,subscribed", "pending"],
        ["c@example.com,1,1,0,subscribed,subscribed", "gone"],
        ["d@example.com,1,0,0,subscribed,unsubscribed", "gone"],
      ],
    },
    {
      tool: "a list in German",
      header: "E-Mail-Adresse;Vorname;Status;Abgemeldet am",
      rows: [
        ["a@example.com;Anna;Aktiv;", "active"],
        ["b@example.com;Bernd;ABGEMELDET;", "gone"],
        ["c@example.com;Cleo;angemeldet;01.05.2024", "gone"],
        ["d@example.com;Dora;Unbestätigt;", "pending"],
        ["e@example.com;Emil;unzustellbar;", "bounced"],
      ],
    },
    {
      tool: "a list in German with yes and no",
      header: "Name;Newsletter;Bestätigt;E-Mail",
      rows: [
        ["Anna;ja;ja;a@example.com", "active"],
        ["Bernd;NEIN;ja;b@example.com", "gone"],
        ["Cleo;Ja;nein;c@example.com", "pending"],
        ["Dora;Wochenbrief;ja;d@example.com", "active"],
      ],
    },
    {
      tool: "a list in French",
      header: "Courriel,Prénom,Désabonné le,Consentement",
      rows: [
        ["a@example.com,Anne,,oui", "active"],
        ["b@example.com,Béa,2024-05-01,oui", "gone"],
        ["c@example.com,Chloé,,non", "gone"],
      ],
    },
  ];

  it.each(EXPORTS)("show who left: $tool", async ({ header, rows }) => {
    expect(await statesOf([header, ...rows.map(([cells]) => cells)].join("\r\n"))).toEqual(
      rows.map(([, state]) => state),
    );
    const { ignored } = await rowsOf(header);
    expect(ignored).not.toContain(/status|type|consent|unsub|subscribed|blocklisted/);
  });

  it.each([
    ["status,email", "maybe,a@example.com", 'status "maybe"'],
    ["status,email", ",a@example.com", 'status ""'],
    ["email,type", "a@example.com", 'type ""'],
    ["opt_in,email", "✗,a@example.com", 'opt_in "✗"'],
  ])("refuse a row whose consent is not clear: %s / %s", async (header, row, what) => {
    expect(await statesOf(`${header}\n${row}\n`)).toEqual([
      `${what}: expected a word such as subscribed or unsubscribed; correct it, or remove the column`,
    ]);
  });

  it.each([
    ["unsubscribed", "да"],
    ["opt_out", "✓"],
    ["Unsubscribed", "2024-05-01"],
    ["left_at", "yesterday"],
    ["do not contact", "x"],
  ])("treat any mark in a column about leaving as left: %s %s", async (column, mark) => {
    expect(await statesOf(`email,${column}\na@example.com,${mark}\nb@example.com,-\nc@example.com,\n`)).toEqual([
      "gone",
      "active",
      "active",
    ]);
  });

  it.each([
    "unsubscribe_url",
    "unsubscribe_token",
    "soft_bounces",
    "bounce count",
    "spam score",
    "OPTIN_TIME",
    "confirm_ip",
    "EMAIL_TYPE",
    "active_subscription",
    "note",
    "marital_status",
  ])("ignore %s", async (column) => {
    expect(await statesOf(`email,${column}\na@example.com,no\n`)).toEqual(["active"]);
    expect((await rowsOf(`email,${column}\n`)).ignored).toEqual([column.toLowerCase()]);
  });

  it("take precedence over Paperboy's own columns, and over invalid values", async () => {
    const file =
      "email,state,limit,unsubscribed\na@example.com,active,5,yes\nb@example.com,active,none,yes\nc@example.com,gone,5,no\n";
    expect(await statesOf(file)).toEqual(["gone", "gone", "gone"]);
  });

  it("are read from JSON, whatever the case of their keys", async () => {
    const people = [
      { email: "a@example.com", isSubscribed: true, unsubscribedAt: null },
      { email: "b@example.com", isSubscribed: false },
      { email: "c@example.com", unsubscribedAt: "2024-05-01" },
      { email: "d@example.com", status: ["unsubscribed"] },
      { email: "e@example.com", status: { web: true } },
    ];
    const states = ["active", "gone", "gone", "gone", expect.stringMatching(/^status \{"web":true\}: expected/)];
    expect(await statesOf(JSON.stringify(people))).toEqual(states);
    expect(await statesOf(people.map((person) => JSON.stringify(person)).join("\n"))).toEqual(states);
  });

  it("are read from the lists within a reader, as listmonk and Ghost have them", async () => {
    const results = [
      { email: "a@example.com", status: "enabled", lists: on("confirmed", "unsubscribed") },
      { email: "b@example.com", status: "enabled", lists: on("unsubscribed") },
      { email: "c@example.com", status: "enabled", lists: on("unconfirmed") },
      { email: "d@example.com", status: "blocklisted", lists: on("confirmed") },
      { email: "e@example.com", status: "free", newsletters: [] },
      { email: "f@example.com", status: "free", newsletters: [{ id: "n", name: "Daily", status: "active" }] },
    ];
    const states = ["active", "gone", "pending", "gone", "gone", "active"];
    expect(await statesOf(JSON.stringify({ data: { results } }))).toEqual(states);
    expect(await statesOf(JSON.stringify({ members: results }, null, 2))).toEqual(states);
  });

  it.each([
    ["unsubscribed_email_audience_export_4f1.csv", "gone"],
    ["nonsubscribed_email_audience_export_4f1.csv", "gone"],
    ["cleaned_email_audience_export_4f1.csv", "bounced"],
    ["subscribed_email_audience_export_4f1.csv", "active"],
    ["suppression.csv", "gone"],
    ["unsubscribedness.csv", "active"],
  ])("can be absent if the name of the file shows consent: %s", async (fileName, state) => {
    expect(await statesOf("Email Address,First Name\na@example.com,Anna\n", fileName)).toEqual([state]);
    expect(await statesOf("Email Address,status\na@example.com,subscribed\n", fileName)).toEqual(["active"]);
  });

  it.each([
    ["newsletter 2024", "Unsubscribed"],
    ["TAGS", '"""opted-out"""'],
    ["Zustand", "hard bounce"],
    ["comment", "do not email"],
  ])("can have any name: the row with %s %s is refused", async (column, word) => {
    expect(await statesOf(`email,${column}\na@example.com,${word}\nb@example.com,reader since 2020\n`)).toEqual([
      expect.stringContaining("expected a word such as subscribed or unsubscribed"),
      "active",
    ]);
  });

  it("can be unnamed in a file without a header", async () => {
    const rows = ["a@example.com,Anna,subscribed", "b@example.com,Bernd,unsubscribed", "c@example.com,Cleo,Bounced"];
    expect(await statesOf([...rows, "d@example.com,Dora,no", "5,e@example.com,Y"].join("\n"))).toEqual([
      "active",
      "gone",
      "bounced",
      expect.stringMatching(/^column 3 "no": expected a word/),
      "active",
    ]);
  });

  it("are refused when the file names one twice", async () => {
    await expect(rowsOf("email,status,Status\na@example.com,active,unsubscribed\n")).rejects.toThrow(/status twice/);
  });
});
