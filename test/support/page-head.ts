import { ABSENT, escapeAttribute, escapeText, hydrater, ICON, present } from "./page-html.js";

/** The values in the head and the frame of a page. */
export interface Frame {
  readonly site: string;
  /** Path and query of the canonical URL. */
  readonly path: string;
  readonly title: string;
  /** `DailyPapersPage` for every list, `PaperPage` for one paper. */
  readonly bodyClass: string;
}

function head({ site, path, title }: Frame): string {
  return `<!doctype html>
<html class="">
	<head>
		<meta charset="utf-8" />
		<meta name="viewport" content="width=device-width, initial-scale=1.0, user-scalable=no" />
		<meta name="description" content="Invented papers for tests" />
		<meta name="twitter:card" content="summary_large_image" />
		<meta name="twitter:image" content="${site}/front/thumbnails/papers.png" />
		<meta property="og:title" content="${escapeAttribute(title)}" />
		<meta property="og:description" content="Invented papers for tests" />
		<meta property="og:type" content="website" />
		<meta property="og:url" content="${escapeAttribute(site + path)}" />
		<meta property="og:image" content="${site}/front/thumbnails/papers.png" />
		<link rel="stylesheet" href="/front/build/kube-0000000/style.css" />
		<title>${escapeText(title)}</title>
		<script type="text/javascript" src="/invented/challenge.js" defer></script>
	</head>`;
}

const HEADER = `<header class="border-b border-gray-100 "><div class="w-full px-4 container flex h-16 items-center"><div class="flex flex-1 items-center"><a class="mr-5 flex flex-none items-center lg:mr-6" href="/"><img alt="Logo" class="w-7 md:mr-2" src="/front/assets/logo.svg"/> <span class="hidden whitespace-nowrap text-lg font-bold md:block">Hugging Face</span></a> <div class="relative flex-1 lg:max-w-sm mr-2 sm:mr-4 md:mr-3 xl:mr-6"><input autocomplete="off" value="" class="w-full dark:bg-gray-950 pl-8 form-input-alt h-9 pr-3 focus:shadow-xl " name="" placeholder="Search" spellcheck="false" type="text"/> ${present(ICON)} ${ABSENT}</div></div> <nav aria-label="Main" class="ml-auto hidden lg:block"><ul class="flex items-center gap-x-1 2xl:gap-x-2"><!--[--><li class="hover:text-indigo-700"><a class="group flex items-center px-2 py-0.5" href="/models">Models ${ABSENT}</a></li><li class="hover:text-red-700"><a class="group flex items-center px-2 py-0.5" href="/datasets">Datasets ${ABSENT}</a></li><!--]--> <li><a class="flex w-full cursor-pointer items-center" href="/papers"><span class="truncate">Daily Papers</span></a></li> <li><a class="block cursor-pointer whitespace-nowrap px-2 py-0.5" href="/login">Log In</a></li></ul></nav></div></header>`;

const BANNER = `<div class="-mt-px flex h-9 w-full justify-center text-gray-600">${ICON} <div class="flex items-center justify-center gap-3 bg-gray-100/80 text-sm max-sm:flex-1">${present(`<div class="rounded-md bg-blue-500/20 px-1 text-xs font-semibold uppercase text-blue-600">new</div> <p class="hidden sm:inline">Papers by post, every morning</p> ${present(`<a href="/login?next=%2Fpapers" class="btn px-2! text-sm leading-none">Subscribe</a>`)}`)}</div> ${ICON}</div><!---->`;

const FOOTER = `<footer class="b-12 mb-2 flex border-t border-gray-100 md:h-14"><nav class="container relative flex flex-col justify-between space-y-2 py-6 text-gray-500">${hydrater("ThemeSwitcher", '{"theme":"system","isLoggedIn":false,"menuClassNames":"md:-top-24","classNames":""}', `<!--[-1--><div class="relative inline-block"><button class="rounded-full border" type="button">System theme</button> ${ABSENT}</div><!--]--><!---->`)} <a class="hover:underline" href="/privacy">Privacy</a> <a class="hover:underline" href="/models">Models</a></nav></footer>`;

/** Returns the hydraters before the papers on every page, in the site's order. */
function before(): string {
  const monitors = [
    hydrater("ClientErrorCatcher", "{}"),
    hydrater("DeviceProvider", "{}"),
    hydrater("SystemThemeMonitor", '{"isLoggedIn":false}'),
  ].join(" ");
  const header = hydrater("MainHeader", '{"classNames":"","isWide":false,"isZh":false,"isPro":false}', HEADER);
  return `${monitors} ${present(header)} ${ABSENT} ${present(hydrater("SSOBanner", "{}", `${ABSENT}<!---->`))}`;
}

/** Returns the subscription banner. The name of its target begins like that of the papers. */
export function subscribeBanner(): string {
  return present(hydrater("DailyPapersBannerSubscribe", '{"isLoggedIn":false}', BANNER));
}

/** Returns a whole document around the content of `<main>`. */
export function frame(parts: Frame, main: string): string {
  return `${head(parts)}
	<body class="flex flex-col min-h-dvh bg-white dark:bg-gray-950 text-black ${parts.bodyClass}">
		<!--[--><div class="flex min-h-dvh flex-col">${before()} ${ABSENT}<!----> <main class="flex flex-1 flex-col">${main}</main> <!--[1-->${FOOTER}<!--]--><!----></div><!--]-->
	</body>
</html>
`;
}

/** Returns a document in the form of 2024: without comment markers, with fewer hydraters and open void tags. */
export function frame2024(parts: Frame, main: string): string {
  const header = hydrater(
    "MainHeader",
    '{"classNames":"","isWide":false,"isZh":false}',
    HEADER.replaceAll(/<!--.*?-->/g, ""),
  );
  const banner = hydrater("DailyPapersBannerSubscribe", '{"isLoggedIn":false}', BANNER.replaceAll(/<!--.*?-->/g, ""));
  return `${head(parts)}
	<body class="flex flex-col min-h-screen bg-white dark:bg-gray-950 text-black ${parts.bodyClass}">
		<div class="flex min-h-screen flex-col">
	${header}
	${hydrater("SSOBanner", "{}", "")}
	<main class="flex flex-1 flex-col">${banner}
	${main}</main>
	${FOOTER.replaceAll(/<!--.*?-->/g, "")}</div>
	</body>
</html>
`;
}
