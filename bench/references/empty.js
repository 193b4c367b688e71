// What Node itself needs to begin and to end.
process.exitCode = 0;
