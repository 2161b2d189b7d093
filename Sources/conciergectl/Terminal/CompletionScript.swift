import Wording

/// The shells that complete command lines by the Tab key, and what each is to load.
enum CompletionScript: String, CaseIterable {
    case bash, zsh, fish

    /// The exit status of an answer that the shell is to offer files.
    static let filesStatus: Int32 = 3

    private static let option = "--generate-completion-script"

    /// The answer to a command line that asks for a script or for what can be typed; nil for any other.
    ///
    /// - Returns: The exit status.
    static func answer(_ arguments: [String], on console: Console) async throws -> Int32? {
        if arguments.first == Completion.command, arguments.count >= 2, let shell = Self(rawValue: arguments[1]) {
            return try await shell.complete(Array(arguments.dropFirst(2)), on: console)
        }
        guard let word = arguments.first, word == option || word.hasPrefix(option + "=") else { return nil }
        let name = word == option ? arguments.dropFirst().first : String(word.dropFirst(option.count + 1))
        guard let name else { throw ParserMistake("Can't autodetect a supported shell.").failure }
        guard let shell = Self(rawValue: name) else {
            throw ParserMistake("Can't generate completion scripts for '\(name)'.").failure
        }
        try console.output(shell.script)
        return 0
    }

    private func complete(_ typed: [String], on console: Console) async throws -> Int32 {
        let (words, isSplit) = self == .bash ? Self.joined(typed) : (typed, false)
        switch await Completion(words, console).answer(try CommandTree()) {
        case .files: return Self.filesStatus
        case .offers(let offers):
            let lines = offers.map { offer in
                // bash puts what it is given in the place of what is behind the equals sign.
                let text =
                    isSplit ? String(offer.text.drop { $0 != "=" }.dropFirst()).inOneLine : offer.text.inOneLine
                return self == .bash ? text : text + "\t" + offer.about.inOneLine
            }
            try console.print(lines)
            return 0
        }
    }

    /// The words of a command line that bash has parted at equals signs, as they were typed, without their quotes; and
    /// whether the last has been parted.
    static func joined(_ typed: [String]) -> (words: [String], isSplit: Bool) {
        var words: [String] = []
        var joins = false
        var isSplit = false
        for part in typed {
            isSplit = false
            if part == "=", !words.isEmpty {
                words[words.count - 1] += "="
                (joins, isSplit) = (true, true)
            } else if joins {
                words[words.count - 1] += unquoted(part)
                (joins, isSplit) = (false, true)
            } else {
                words.append(unquoted(part))
            }
        }
        return (words, isSplit)
    }

    private static func unquoted(_ word: String) -> String {
        var text = ""
        var quote: Character?
        var isEscaped = false
        for character in word {
            if isEscaped {
                text.append(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if character == quote {
                quote = nil
            } else if quote == nil, character == "'" || character == "\"" {
                quote = character
            } else {
                text.append(character)
            }
        }
        return text
    }

    var script: String {
        switch self {
        case .bash:
            #"""
            # The Tab key behind conciergectl, for bash.
            _conciergectl() {
                local offered line spaced=
                COMPREPLY=()
                offered=$("${COMP_WORDS[0]}" ---complete bash "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
                if [[ $? -eq 3 ]]; then
                    compopt -o filenames 2>/dev/null
                    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$2")
                    return
                fi
                while IFS= read -r line; do
                    [[ -n $line ]] || continue
                    [[ $line == *= ]] || spaced=1
                    # Who has begun with a quote goes on within it.
                    if [[ $line == *[[:space:]\'\"]* && $2 != [\'\"]* ]]; then line=$(printf %q "$line"); fi
                    COMPREPLY+=("$line")
                done <<<"$offered"
                [[ -n $spaced ]] || compopt -o nospace 2>/dev/null
            }
            complete -F _conciergectl conciergectl

            """#
        case .zsh:
            #"""
            #compdef conciergectl
            # The Tab key behind conciergectl, for zsh.
            _conciergectl() {
                local offered line
                local -a texts shown fields titles
                offered=$("${(@Q)words[1]}" ---complete zsh "${(@Q)words[2,CURRENT]}" 2>/dev/null)
                if (( $? == 3 )); then
                    _files
                    return
                fi
                for line in "${(@f)offered}"; do
                    [[ -n $line ]] || continue
                    if [[ ${line%%$'\t'*} == *= ]]; then
                        fields+=("${line%%$'\t'*}")
                        titles+=("${line/$'\t'/  -- }")
                    else
                        texts+=("${line%%$'\t'*}")
                        shown+=("${line/$'\t'/  -- }")
                    fi
                done
                (( $#texts )) && compadd -U -l -d shown -a texts
                (( $#fields )) && compadd -U -l -S '' -d titles -a fields
            }
            if [[ $funcstack[1] == _conciergectl ]]; then
                _conciergectl "$@"
            else
                compdef _conciergectl conciergectl
            fi

            """#
        case .fish:
            #"""
            # The Tab key behind conciergectl, for fish.
            function __conciergectl_offered
                set -l words (commandline -opc) (commandline -ct)
                set -l offered (conciergectl ---complete fish $words[2..-1] 2>/dev/null)
                if test $status -eq 3
                    __fish_complete_path (commandline -ct)
                else
                    string join \n -- $offered
                end
            end
            complete -c conciergectl -f -a '(__conciergectl_offered)'

            """#
        }
    }
}
