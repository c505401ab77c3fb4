// Loud, because npm would run the tests on whatever Node it finds: type stripping and the permission model need 24.
if (Number(process.versions.node.split(".")[0]) < 24) {
  console.error(
    `Tavolo needs Node 24; this is ${process.version}. Run npm ci (it brings Node 24 on Linux and Windows), or install Node 24.`,
  );
  process.exit(1);
}
