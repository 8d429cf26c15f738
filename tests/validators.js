// Run by Rhino, which lies in the same archive: arguments are flavours joined by commas, then
// files. Prints file, flavour, clause, times and message of every kind of fault, tab-separated.
var pdfa = Packages.org.verapdf.pdfa;
Packages.org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider.initialise();
var foundry = pdfa.Foundries.defaultInstance();

function tell(file, flavour, clause, times, message) {
  print("fault\t" + [file, flavour, clause, times, String(message).replace(/\s+/g, " ")].join("\t"));
}

function examine(file, name) {
  var flavour = pdfa.flavours.PDFAFlavour.fromString(name);
  var parser = foundry.createParser(new java.io.File(file), flavour);
  var result = foundry.createValidator(flavour, false).validate(parser);
  parser.close();
  var times = {}, messages = {};
  var assertions = result.getTestAssertions().iterator();
  while (assertions.hasNext()) {
    var one = assertions.next();
    var clause = one.getRuleId().getClause() + "-" + one.getRuleId().getTestNumber();
    times[clause] = (times[clause] || 0) + 1;
    messages[clause] = one.getMessage() + " " + one.getLocation().getContext();
  }
  for (var found in times) tell(file, name, found, times[found], messages[found]);
  print("examined\t" + file + "\t" + name + "\t" + result.getTotalAssertions());
}

var names = arguments[0].split(",");
Array.prototype.slice.call(arguments, 1).forEach(function (file) {
  names.forEach(function (name) { examine(file, name); });
});
