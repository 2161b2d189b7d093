# The argument parser's description of a program as a manual page, for man(7).

def words:
    if $language == "fr" then
        {name: "NOM", synopsis: "SYNOPSIS", about: "DESCRIPTION", commands: "COMMANDES", options: "OPTIONS",
         arguments: "Arguments", also: "VOIR AUSSI", command: "commande", also_named: "aussi : ",
         manual: "Conciergerie", guide: "Le guide du personnel :"}
    else
        {name: "NAME", synopsis: "SYNOPSIS", about: "DESCRIPTION", commands: "COMMANDS", options: "OPTIONS",
         arguments: "Arguments", also: "SEE ALSO", command: "command", also_named: "also: ",
         manual: "Concierge services", guide: "The guide for staff:"}
    end;

# A text in which nothing is a request or an escape of roff; typographic apostrophes and spaces stay as they are.
def plain: gsub("\\\\"; "\\e") | gsub("-"; "\\-") | gsub("(?m)^(?<mark>[.'])"; "\\&\(.mark)");

# The paragraphs of a text.
def paragraphs: split("\n\n") | map(plain) | join("\n.PP\n");

def option_name: (if .kind == "long" then "--" else "-" end) + .name | plain | "\\fB\(.)\\fR";

def value: if .kind == "flag" then "" else " \\fI\(.valueName | plain)\\fR" end;

def head:
    if .kind == "positional" then "\\fI\(.valueName | plain)\\fR"
    else value as $value | (.names | map(option_name) | join(", ")) + $value
    end;

# The parser's own texts, which it has in English alone.
def said:
    if $language != "fr" then .
    elif . == "Show the version." then "Montrer la version."
    elif . == "Show help information." then "Montrer l’aide."
    else .
    end;

def item: ".TP\n\(head)\n\(.abstract // "" | said | plain)";

def usage:
    [.arguments[]? | select(.shouldDisplay and .kind == "positional")
        | "\\fI\(.valueName | plain)\\fR" + (if .isRepeating then "…" else "" end)
    ] | join(" ");

# What each command takes is said once, with the program.
def common: ["socket", "json", "help", "version"];
def own: [.arguments[]? | select(.shouldDisplay)
    | select((.preferredName.name // "") as $name | common | index($name) | not)];

def command($program; $path):
    ($path + [.commandName]) as $path
    | ".SS \"\($path | join(" ") | plain)\"\n"
    + "\\fB\($program) \($path | join(" ") | plain)\\fR \(usage)\n.PP\n"
    + (.abstract // "" | paragraphs)
    + (if .aliases then " (\(words.also_named)\(.aliases | join(", ") | plain))" else "" end) + "\n"
    + (if .discussion then ".PP\n\(.discussion | paragraphs)\n" else "" end)
    + (own | map(item + "\n") | join("")),
    (.subcommands[]? | select(.shouldDisplay and .commandName != "help") | command($program; $path));

.command
| .commandName as $program
| ".TH \(.commandName | ascii_upcase) \($section) \($day) \"concierged \($version)\" \"\(words.manual)\"",
  ".SH \(words.name)",
  "\(.commandName) \\- \(.abstract | rtrimstr(".") | plain)",
  ".SH \(words.synopsis)",
  "\\fB\(.commandName)\\fR "
    + (if .subcommands then "\\fI\(words.command)\\fR " else "" end) + "[\\fIoptions\\fR]",
  ".SH \(words.about)",
  (.discussion | paragraphs),
  ".SH \(words.options)",
  (.arguments[]? | select(.shouldDisplay) | item),
  (if .subcommands then ".SH \(words.commands)" else empty end),
  (.subcommands[]? | select(.shouldDisplay and .commandName != "help") | command($program; []) | rtrimstr("\n")),
  ".SH \"\(words.also)\"",
  (if $section == "8" then ".BR conciergectl (1),\n" else ".BR concierged (8),\n" end) + ".BR journalctl (1)",
  ".PP\n\(words.guide)\n.I /usr/share/doc/concierge/\(if $language == "fr" then "staff.fr.md" else "staff.md" end)"
