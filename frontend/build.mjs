// Bundles the script and style of plan.html and copies the papers' fonts into the Python package.
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const papers = join(here, "..", "karavan", "papers");
const FONTS = [
  "@expo-google-fonts/noto-sans/LICENSE_FONT",
  "@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf",
  "@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf",
  "@expo-google-fonts/noto-sans-armenian/400Regular/NotoSansArmenian_400Regular.ttf",
  "@expo-google-fonts/noto-sans-armenian/700Bold/NotoSansArmenian_700Bold.ttf",
  // Not a language of the program, but places beside it have names in it.
  "@expo-google-fonts/noto-sans-georgian/400Regular/NotoSansGeorgian_400Regular.ttf",
  "@expo-google-fonts/noto-sans-georgian/700Bold/NotoSansGeorgian_700Bold.ttf",
];

// The page carries Leaflet, so it carries Leaflet's licence.
const licence = await readFile(join(here, "node_modules/leaflet/LICENSE"), "utf8");

await build({
  absWorkingDir: here,
  entryPoints: ["src/plan.ts"],
  outdir: join(papers, "built"),
  bundle: true,
  minify: true,
  format: "iife",
  // A page that opens on a five-year-old phone.
  target: "es2019",
  // Everything is inlined into one file: an image that a style sheet names would be a request.
  loader: { ".png": "dataurl" },
  legalComments: "none",
  banner: { js: `/* Leaflet\n${licence.trim()}\n*/` },
  logLevel: "warning",
});

await mkdir(join(papers, "fonts"), { recursive: true });
for (const font of FONTS) {
  await copyFile(join(here, "node_modules", font), join(papers, "fonts", basename(font)));
}
