// Imported first by every script. What the scripts import from Node itself has to exist in old
// releases too, or this sentence would never be reached.
const MINIMUM = [20, 19];

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
  console.error(
    `This project needs Node.js ${MINIMUM.join('.')} or later; this is ${process.versions.node}.`,
  );
  process.exit(1);
}
