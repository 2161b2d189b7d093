import ConciergeProtocol
import JSON
import Wording

/// What may be typed for the id of a request.
enum TypedID {
    /// The characters of ids are Crockford's base 32: `O` is read as 0, `I` and `L` as 1.
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    /// The characters of an id before its check character, and with it.
    private static let (payload, length) = (9, 10)
    static let shortest = 4

    /// The digits of a text that is an id or the beginning of one; nil for any other text.
    static func digits(of typed: String) -> [Int64]? {
        var digits: [Int64] = []
        for character in typed.uppercased() where character != "-" && character != " " {
            let read: Character =
                switch character {
                case "O": "0"
                case "I", "L": "1"
                default: character
                }
            guard let digit = alphabet.firstIndex(of: read) else { return nil }
            digits.append(Int64(digit))
        }
        return (shortest...length).contains(digits.count) ? digits : nil
    }

    /// Whether a word after an id is another id, and not the name of an action: it has a figure in it.
    static func isFurther(_ word: String) -> Bool {
        word.contains(where: \.isNumber) && !word.contains("=") && digits(of: word) != nil
    }

    /// The numbers of the requests whose ids begin with these digits; nil for all of an id.
    static func numbers(_ digits: [Int64]) -> ClosedRange<Int64>? {
        guard digits.count < length else { return nil }
        let known = digits.prefix(payload).reduce(0) { $0 << 5 | $1 }
        let open = 5 * Int64(payload - min(digits.count, payload))
        return known << open...(known << open | (1 << open - 1))
    }

    static func matches(_ id: String, _ digits: [Int64]) -> Bool {
        id.filter { $0 != "-" }.count == length
            && self.digits(of: id).map { Array($0.prefix(digits.count)) == digits } == true
    }
}

extension Connection {
    /// The id of the one run whose id begins with what was typed; as ``requestID(_:)``.
    func runID(_ typed: String) async throws(Failure) -> String {
        guard let digits = TypedID.digits(of: typed), let numbers = TypedID.numbers(digits) else { return typed }
        var list = TaskMethods.ListRuns()
        list.after = String(numbers.upperBound + 1)
        list.limit = 10
        let found = try await call(list).read().runs.filter { TypedID.matches($0.id, digits) }
        guard found.count > 1 else { return found.first?.id ?? typed }
        let names = try await taskNames()
        throw .ambiguous(
            typed,
            found.map { run in
                let name = names[run.task] ?? Text(verbatim: run.task)
                return NameMatch.Candidate(
                    id: run.id, name: Text(fr: "\(name), \(run.stateName)", en: "\(name), \(run.stateName)"))
            })
    }

    /// The id of the one request whose id begins with what was typed, or else which alone has all the words: a parcel's
    /// number, a name. A text that finds none is returned as it is, for the daemon to judge.
    ///
    /// - Throws: If several requests are found, a failure that lists them.
    func requestID(_ typed: String) async throws(Failure) -> String {
        var found: [Wire.Request] = []
        if let digits = TypedID.digits(of: typed) {
            guard let numbers = TypedID.numbers(digits) else { return typed }
            var list = RequestMethods.List()
            // A list of the newest goes down from the number after its cursor. The numbers follow the clock.
            list.sort = .opened
            list.after = String(numbers.upperBound + 1)
            list.limit = 10
            found = try await call(list).read().requests.filter { TypedID.matches($0.id, digits) }
        }
        if found.isEmpty, typed.count >= TypedID.shortest {
            // A daemon that cannot search says so when the id is not found.
            found = (try? await call(RequestMethods.Find(words: typed, limit: 10)).read().requests) ?? []
        }
        guard found.count > 1 else { return found.first?.id ?? typed }
        let catalogue = try await catalogue()
        throw .ambiguous(
            typed,
            found.map { request in
                let state = catalogue.name(ofState: request.state, in: request.service)
                let what = [
                    request.headline ?? catalogue.name(ofService: request.service), state,
                    request.residentInShort.map { Text(verbatim: $0) },
                ]
                return NameMatch.Candidate(id: request.id, name: Text(verbatim: ", ", joining: what.compactMap(\.self)))
            })
    }
}
