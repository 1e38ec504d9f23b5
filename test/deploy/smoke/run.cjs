// Runs one function of an unpacked zip as Lambda does: `node run.cjs FILE EVENT`. Prints how it ended.
const [file, event] = process.argv.slice(2);
const { handler } = require(file);
const until = Date.now() + 30_000;
const invocation = { awsRequestId: 'smoke', getRemainingTimeInMillis: () => until - Date.now() };
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true;
handler(JSON.parse(event), invocation).then(
  (result) => write(JSON.stringify({ result: result ?? null })),
  (error) => write(JSON.stringify({ error: { name: error.name, message: error.message } })),
);
