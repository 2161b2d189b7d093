import ArgumentParser
import JSON

/// The commands with their arguments, as the argument parser describes them in the language of the running command.
struct CommandTree: Sendable {
    struct Argument: Sendable, Hashable {
        /// `--json`, `-h`; none for an argument without a name.
        var names: [String]
        /// Whether it takes no value.
        var isFlag: Bool
        var isRepeating: Bool
        /// The name of its value, which says of which kind it is.
        var value: String
        /// The values that there are, where these are known to the parser.
        var values: [String]
        var about: String
    }

    struct Command: Sendable, Hashable {
        var name: String
        var aliases: [String]
        var about: String
        var arguments: [Argument]
        var commands: [Command]

        var offers: [Completion.Offer] {
            name == "help" ? [] : ([name] + aliases).map { Completion.Offer(text: $0, about: about) }
        }
    }

    /// Where a command line has come to.
    struct Place: Sendable {
        var command: Command
        /// The names of the commands, without the program's.
        var path: [String] = []
        /// The words that belong to no option.
        var positionals: [String] = []
        /// The option of which the value is typed next.
        var option: Argument?
        /// The values of options.
        var given: [String: String] = [:]
        /// Whether `--` has ended the options.
        var isTerminated = false

        /// The argument without a name that is typed next.
        var positional: Argument? {
            let unnamed = command.arguments.filter(\.names.isEmpty)
            if unnamed.indices.contains(positionals.count) { return unnamed[positionals.count] }
            return unnamed.last.flatMap { $0.isRepeating ? $0 : nil }
        }

        var optionOffers: [Completion.Offer] {
            command.arguments.flatMap { argument in
                argument.names.filter { $0.hasPrefix("--") }.map { Completion.Offer(text: $0, about: argument.about) }
            }
        }

        func named(_ name: String) -> Argument? { command.arguments.first { $0.names.contains(name) } }
    }

    let root: Command

    /// Reads what the parser says of the program.
    init() throws {
        root = Command(try JSON.parse(Conciergectl._dumpHelp())["command"] ?? .null)
    }

    init(root: Command) { self.root = root }

    func place(after words: [String]) -> Place {
        var place = Place(command: root)
        for word in words {
            if let option = place.option {
                for name in option.names { place.given[name] = word }
                place.option = nil
            } else if word == "--" {
                place.isTerminated = true
            } else if word.hasPrefix("-"), !place.isTerminated {
                let (name, value) = word.split(at: "=")
                guard let argument = place.named(name), !argument.isFlag else { continue }
                if let value { place.given[name] = value } else { place.option = argument }
            } else if place.positionals.isEmpty,
                let next = place.command.commands.first(where: { $0.name == word || $0.aliases.contains(word) })
            {
                place.command = next
                place.path.append(next.name)
            } else {
                place.positionals.append(word)
            }
        }
        return place
    }
}

extension CommandTree.Command {
    fileprivate init(_ json: JSON) {
        name = json["commandName"]?.stringValue ?? ""
        aliases = json["aliases"]?.arrayValue?.compactMap(\.stringValue) ?? []
        about = json["abstract"]?.stringValue ?? ""
        arguments = json["arguments"]?.arrayValue?.map { CommandTree.Argument($0) } ?? []
        commands = json["subcommands"]?.arrayValue?.map { CommandTree.Command($0) } ?? []
    }
}

extension CommandTree.Argument {
    fileprivate init(_ json: JSON) {
        names =
            json["names"]?.arrayValue?.compactMap { name in
                name["name"]?.stringValue.map { (name["kind"] == "long" ? "--" : "-") + $0 }
            } ?? []
        isFlag = json["kind"] == "flag"
        isRepeating = json["isRepeating"] == true
        value = json["valueName"]?.stringValue ?? ""
        values = json["allValues"]?.arrayValue?.compactMap(\.stringValue) ?? []
        about = json["abstract"]?.stringValue ?? ""
    }
}

extension String {
    fileprivate func split(at mark: Character) -> (head: String, tail: String?) {
        guard let index = firstIndex(of: mark) else { return (self, nil) }
        return (String(self[..<index]), String(self[self.index(after: index)...]))
    }
}
