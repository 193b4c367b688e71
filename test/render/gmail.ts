/**
 * A letter as Gmail shows it to those who have it worst (an account of another provider in its app): no head, no style
 * element, so no media query and no dark colours of our own; ids get a prefix, and so does what points at them.
 */
export function asGmailShowsIt(html: string): string {
  return html
    .replace(/<head>[\s\S]*?<\/head>/, "<head></head>")
    .replaceAll(/<style[\s\S]*?<\/style>/g, "")
    .replaceAll(/<!--[\s\S]*?-->/g, "")
    .replace(/<body[^>]*>/, "<body>")
    .replaceAll(/ class="[^"]*"/g, "")
    .replaceAll(/ (id|name)="([^"]*)"/g, ' $1="m_$2"');
}
