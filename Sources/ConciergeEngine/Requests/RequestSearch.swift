package import ConciergeKit
import JSON

/// What somebody typed to find requests: words that are in what a request says, in its place, or in whom it is for.
///
/// Words are folded (``Folding/text(_:)``). One of three characters or more may be anywhere in a word, as in the end of a
/// parcel's number; a shorter one is the beginning of a word. All words must be met, each by any of the texts. Members of a
/// record that a service declares as secret are never read.
///
/// The rule asks for nothing: the residents and residences that the words find are given to it. A word that finds too many
/// residents counts as met by everybody (``mayFind(_:)``) until the resident's own words are known (``finds(_:residentWords:)``).
package struct RequestSearch: Sendable {
    /// A word that is looked for.
    package struct Word: Sendable {
        /// The word, folded.
        package let text: String
        /// The ids, as requests keep them, of the residents whom it finds.
        package var residents: Set<String> = []
        /// Whether the directory has more residents whom it finds.
        package var isFrequent = false
        /// Whether it is the letter of a building: it finds the dwellings of that building, and no word that begins with it.
        package let isBuilding: Bool

        fileprivate let bytes: [UInt8]
        /// By service, what stands in a record whose choices the word names, squeezed.
        fileprivate var values: [ServiceID: [[UInt8]]] = [:]

        fileprivate init(_ text: String, isBuilding: Bool = false, in records: [ServiceID: SearchedRecord]) {
            self.text = text
            self.isBuilding = isBuilding
            // The directory does not find dwellings by it: each resident's is looked at.
            isFrequent = isBuilding
            bytes = Array(text.utf8)
            guard !isBuilding else { return }
            for (service, record) in records {
                let found = record.values { Self.isIn($0, bytes, isShort: bytes.count < RequestSearch.anywhere) }
                if !found.isEmpty { values[service] = found }
            }
        }

        /// Whether it is in one of some words.
        fileprivate func isIn(_ words: [String]) -> Bool {
            guard !isBuilding else { return words.contains(where: isBuildingOf) }
            return words.contains { Self.isIn($0, bytes, isShort: bytes.count < RequestSearch.anywhere) }
        }

        /// Whether it begins one of a resident's words, or is the building of their dwelling.
        fileprivate func begins(oneOf words: [String]) -> Bool {
            isBuilding ? words.contains(where: isBuildingOf) : words.contains { $0.utf8.starts(with: bytes) }
        }

        /// `b` is the building of `b` and of `b003`.
        private func isBuildingOf(_ word: String) -> Bool {
            word.utf8.starts(with: bytes)
                && (word.utf8.dropFirst(bytes.count).first.map { (0x30...0x39).contains($0) } ?? true)
        }

        private static func isIn(_ word: String, _ bytes: [UInt8], isShort: Bool) -> Bool {
            isShort ? word.utf8.starts(with: bytes) : Array(word.utf8).contains(bytes)
        }
    }

    /// The length from which a word may be anywhere in another.
    fileprivate static let anywhere = 3
    /// The number of words that are looked for; the words after them are ignored.
    private static let limit = 16

    /// The words. Without any, nothing is found.
    package var words: [Word]
    /// The ids, as requests keep them, of the residents whom all words together find.
    package var residents: Set<String> = []
    /// By id, what residences are called.
    package var residences: [String: String] = [:]
    /// Requests with these numbers are not found: they are listed by their ids.
    package var besides: ClosedRange<Int64>?

    private let records: [ServiceID: SearchedRecord]

    /// - Parameter records: By service, what may be searched of its records. Of other services no record is read.
    package init(_ query: String, in records: [ServiceID: SearchedRecord]) {
        self.records = records
        let tokens = SearchWords.tokens(of: query).prefix(Self.limit).map { $0.parts.joined() }
        words = tokens.enumerated().compactMap { index, token in
            let isNamed = index > 0 && Self.buildings.contains(tokens[index - 1])
            if isNamed, token.count == 1 { return Word(token, isBuilding: true, in: records) }
            // What a dwelling or a building is called by everybody tells none from another.
            let namesNext = index + 1 < tokens.count && tokens[index + 1].first.map { $0.isNumber } ?? false
            if Self.buildings.contains(token), index + 1 < tokens.count, tokens[index + 1].count == 1 || namesNext {
                return nil
            }
            if Self.dwellings.contains(token), namesNext { return nil }
            return Word(token, in: records)
        }
    }

    /// The words before the letter or the number of a building.
    private static let buildings: Set<String> = ["bat", "batiment", "building"]
    /// The words before the number of a dwelling.
    private static let dwellings: Set<String> = ["apt", "appt", "appart", "appartement", "logement", "flat"]

    /// Whether a request may be found: it is, unless a word finds so many residents that its own has to be looked at.
    package func mayFind(_ request: StoredRequest) -> Bool {
        if let resident = request.resident, residents.contains(resident) {
            return besides?.contains(request.id.number) != true
        }
        return finds(request) { word in request.resident.map { word.isFrequent || word.residents.contains($0) } ?? false
        }
    }

    /// Whether a request is found.
    ///
    /// - Parameter residentWords: The words of its resident; nil if the directory does not have them.
    package func finds(_ request: StoredRequest, residentWords: [String]?) -> Bool {
        finds(request) { word in residentWords.map(word.begins) ?? false }
    }

    private func finds(_ request: StoredRequest, ofResident isMetByResident: (Word) -> Bool) -> Bool {
        guard !words.isEmpty, besides?.contains(request.id.number) != true else { return false }
        let outside = wordsOutside(of: request)
        let rest = words.filter { !isMetByResident($0) && !$0.isIn(outside) }
        if rest.isEmpty { return true }
        guard let record = records[request.service] else { return false }
        // Most records have none of the words, which is seen without parsing them.
        let squeezed = Squeezed.bytes(of: request.record)
        let isPossible = rest.allSatisfy { word in
            !word.isBuilding && squeezed.contains(word.bytes)
                || word.values[request.service]?.contains { squeezed.contains($0) } ?? false
        }
        guard isPossible else { return false }
        let inside = record.words(in: request.record)
        return rest.allSatisfy { !$0.isBuilding && $0.isIn(inside) }
    }

    /// The words of whom a request is for, as it says, and of its place.
    private func wordsOutside(of request: StoredRequest) -> [String] {
        var words = request.resident.map { SearchWords.inText($0) } ?? []
        if let about = request.about {
            words += SearchWords.inText(about.residence) + SearchWords.inText(residences[about.residence] ?? "")
            words += SearchWords.ofDwelling(about.dwelling ?? "") + SearchWords.inText(about.commonPart ?? "")
        }
        return words
    }
}

/// What may be searched of a service's records: the texts that people see and the words of its choices, without what is
/// secret.
package struct SearchedRecord: Sendable {
    private let texts: Set<String>
    /// By member and value, the words in both languages.
    private let choices: [String: [String: [String]]]

    /// - Parameter texts: The names of members that are texts.
    package init(texts: Set<String>) {
        self.texts = texts
        choices = [:]
    }

    package init(_ table: ServiceTable) {
        var (texts, choices): (Set<String>, [String: [String: [String]]]) = ([], [:])
        for member in table.members.shown where !table.secrets.contains(member.name) {
            guard !member.traits.contains(.secret), case .field(let kind) = member.kind else { continue }
            switch kind {
            case .string, .form, .list(.string), .list(.form): texts.insert(member.name)
            case .choice(let words), .list(.choice(let words)):
                choices[member.name] = Dictionary(
                    words.map { ($0.value, SearchWords.inText($0.words.fr) + SearchWords.inText($0.words.en)) }
                ) { first, _ in first }
            default: break
            }
        }
        (self.texts, self.choices) = (texts, choices)
    }

    /// The values of choices of which a word is one that is looked for, squeezed.
    fileprivate func values(where isSought: (String) -> Bool) -> [[UInt8]] {
        choices.values.flatMap { $0.filter { $0.value.contains(where: isSought) }.keys }
            .map { Squeezed.bytes(of: Array($0.utf8)) }
    }

    /// All words of a record.
    fileprivate func words(in record: [UInt8]) -> [String] {
        guard let members = (try? JSON.parse(record))?.objectValue else { return [] }
        return members.flatMap { name, value -> [String] in
            let values = (value.arrayValue ?? [value]).compactMap(\.stringValue)
            if texts.contains(name) { return values.flatMap(SearchWords.inText) }
            guard let choices = choices[name] else { return [] }
            return values.flatMap { choices[$0] ?? [] }
        }
    }
}

extension SearchWords {
    /// The words of a text; of one with digits also all of it as one word, so that a number is found however it is grouped.
    static func inText(_ text: String) -> [String] {
        let tokens = tokens(of: text)
        var words = tokens.flatMap { token in token.parts.indices.map { token.parts[$0...].joined() } }
        if tokens.count > 1, text.utf8.contains(where: { (0x30...0x39).contains($0) }) {
            words.append(tokens.flatMap(\.parts).joined())
        }
        return words
    }
}

extension Collection<UInt8> {
    /// Whether some bytes stand in these, one after the other.
    fileprivate func contains(_ sought: [UInt8]) -> Bool {
        withContiguousStorageIfAvailable { bytes in
            guard let first = sought.first else { return true }
            guard bytes.count >= sought.count else { return false }
            for start in 0...(bytes.count - sought.count) where bytes[start] == first {
                if (1..<sought.count).allSatisfy({ bytes[start + $0] == sought[$0] }) { return true }
            }
            return false
        } ?? false
    }
}
