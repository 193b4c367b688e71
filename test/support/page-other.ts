/**
 * Pages that a site sends in place of the requested one: short, with status 200 and without papers. Their markup follows AWS WAF's
 * developer guide ("CAPTCHA and Challenge action behavior") and common login forms.
 */

function other(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
	<head>
		<meta charset="utf-8" />
		<title>${title}</title>
	</head>
	<body>
${body}
	</body>
</html>
`;
}

/** Returns the page of a firewall that checks for a browser. */
export function botCheckPage(): string {
  return other(
    "Human Verification",
    `		<script>window.gokuProps = { "key": "invented", "iv": "invented", "context": "invented" };</script>
		<script src="https://firewall.example.org/challenge.js"></script>
		<div id="challenge-container"></div>
		<noscript><h1>JavaScript is needed to go on</h1></noscript>
		<script>AwsWafIntegration.saveReferrer(); AwsWafIntegration.getToken();</script>`,
  );
}

/** Returns a login form, as of a private mirror. */
export function loginPage(): string {
  return other(
    "Log In - Hugging Face",
    `		<form action="/login" method="post">
			<h1>Log In</h1>
			<label>Username <input type="text" name="username" autocomplete="username" /></label>
			<label>Password <input type="password" name="password" autocomplete="current-password" /></label>
			<input type="hidden" name="next" value="/papers" />
			<button type="submit">Login</button>
		</form>`,
  );
}
