import { build } from "rolldown"; import { cpSync, rmSync, copyFileSync } from "node:fs";
const rooms = "core config fetch parse rank render subscribers store send inbox editions ops app web commands cli".split(" ");
const room = (share) => rooms.map(name=>({name,test:new RegExp(`/dist[^/]*/${name}/`),minShareCount:share}));
const variants = {
 r2: {groups:[{name:"first",tags:["$initial"]},...room(2)]},
 r3: {groups:[{name:"first",tags:["$initial"]},...room(3)]},
};
for (const [v, codeSplitting] of Object.entries(variants)) {
 const to="/tmp/w/sp/"+v; rmSync(to,{recursive:true,force:true}); cpSync("/tmp/w/sp/base",to,{recursive:true,verbatimSymlinks:true}); rmSync(to+"/dist/bundle",{recursive:true});
 const r = await build({input:"/tmp/w/speed/dist/cli/cli.js",platform:"node",external:[/^better-sqlite3/,/^@css-inline/,/^pg/,/^graphile-worker/,/^handlebars/],logLevel:"silent",
output:{dir:to+"/dist/bundle",format:"esm",minify:{compress:true,mangle:false,codegen:{removeWhitespace:true}},entryFileNames:"cli.js", chunkFileNames:"[name].js",codeSplitting}});
 console.log(v, r.output.length); copyFileSync("dist/bundle/precompiled.cjs",to+"/dist/bundle/precompiled.cjs");
}
