package import ConciergeKit

/// The places of a directory, as ``PlaceFinder`` asks for them.
package protocol PlaceDirectory {
    /// The residence with this id or name, folded.
    nonisolated(nonsending) func residence(named name: String) async throws -> Residence?
    /// The dwelling with this key (``Dwelling/key(of:residence:)``) or id, folded.
    nonisolated(nonsending) func dwelling(named name: String) async throws -> Dwelling?
    nonisolated(nonsending) func residences() async throws -> [Residence]
    nonisolated(nonsending) func dwellings(ofResidence key: String) async throws -> [Dwelling]
}

/// Finds the place that a person means: `Les Tilleuls`, `Les Tilleuls, B 204`, `MET-1, hall`, the id of a dwelling, or
/// the name of a dwelling or a common part that only one residence has.
package struct PlaceFinder<Directory: PlaceDirectory> {
    private let directory: Directory

    package init(_ directory: Directory) { self.directory = directory }

    /// The place that a text means. Everything is compared by the folding.
    ///
    /// - Throws: ``PlaceMistake`` if it means no place, or several.
    package nonisolated(nonsending) func place(_ text: String) async throws -> PlaceKey {
        var found: [PlaceInWords] = []
        if let residence = try await directory.residence(named: Folding.text(text)) {
            found.append(PlaceInWords(residence))
        }
        // The residence that a part was looked for in.
        var searched: (residence: Residence, part: String)?
        for (name, part) in Self.readings(of: text) {
            guard let residence = try await directory.residence(named: Folding.text(name)) else { continue }
            searched = (residence, part)
            found += try await parts(named: part, of: residence)
        }
        if searched == nil, found.isEmpty { found = try await elsewhere(text) }
        found = found.reduce(into: []) { places, place in if !places.contains(place) { places.append(place) } }
        if found.count == 1 { return found[0].key }
        if found.isEmpty { throw try await unknown(text, searched) }
        let words = found.prefix(Self.named).map(\.words)
        let names = Text(
            fr: "\(words.map(\.fr).joined(separator: " ; "))", en: "\(words.map(\.en).joined(separator: "; "))")
        let more = found.count > Self.named ? "…" : ""
        throw PlaceMistake(
            reason: Text(
                fr: "« \(text) » désigne plusieurs lieux : \(names)\(more)",
                en: "\"\(text)\" means several places: \(names)\(more)"))
    }

    /// How many places are named where a text means several.
    private static var named: Int { 5 }

    /// A residence and a part of it, at each comma: a name may have one.
    private static func readings(of text: String) -> [(residence: String, part: String)] {
        text.indices.filter { text[$0] == "," }.map { comma in
            (String(text[..<comma]), String(text[text.index(after: comma)...]))
        }
    }

    /// The dwellings and common parts of a residence that have a name.
    private nonisolated(nonsending) func parts(
        named name: String, of residence: Residence
    ) async throws -> [PlaceInWords] {
        let folded = Folding.text(name)
        guard !folded.isEmpty else { return [] }
        var parts: [PlaceInWords] = []
        for key in [Dwelling.key(of: name, residence: residence.key), folded] {
            guard let dwelling = try await directory.dwelling(named: key),
                Folding.text(dwelling.residence) == residence.key
            else { continue }
            parts.append(PlaceInWords(residence, dwelling: dwelling.label))
        }
        parts += residence.commonParts.filter { Folding.text($0) == folded }
            .map { PlaceInWords(residence, commonPart: $0) }
        return parts
    }

    /// The dwelling with this id, or the parts of all residences with this name.
    private nonisolated(nonsending) func elsewhere(_ text: String) async throws -> [PlaceInWords] {
        if let dwelling = try await directory.dwelling(named: Folding.text(text)),
            let residence = try await directory.residence(named: Folding.text(dwelling.residence))
        {
            return [PlaceInWords(residence, dwelling: dwelling.label)]
        }
        var found: [PlaceInWords] = []
        for residence in try await directory.residences() { found += try await parts(named: text, of: residence) }
        return found
    }

    /// That nothing is meant, with the nearest name of what could be.
    private nonisolated(nonsending) func unknown(
        _ text: String, _ searched: (residence: Residence, part: String)?
    ) async throws -> PlaceMistake {
        let mistake: Text
        let suggestion: Text?
        if let (residence, part) = searched {
            let part = part.trimmed
            mistake = Text(
                fr: "« \(residence.name) » n'a ni logement ni partie commune « \(part) »",
                en: "\"\(residence.name)\" has no dwelling and no common part \"\(part)\"")
            let dwellings = try await directory.dwellings(ofResidence: residence.key)
            suggestion = NearestName.suggestion(for: part, among: residence.commonParts + dwellings.map(\.label))
        } else {
            let residences = try await directory.residences()
            guard !residences.isEmpty else {
                return PlaceMistake(
                    reason: Text(
                        fr: "l'annuaire n'a pas de résidences : importez-les d'abord (conciergectl residences import)",
                        en: "the directory has no residences: import them first (conciergectl residences import)"))
            }
            let name = String(text.prefix { $0 != "," }).trimmed
            mistake = Text(
                fr: "l'annuaire n'a pas de lieu « \(text) »", en: "the directory has no place \"\(text)\"")
            suggestion = NearestName.suggestion(for: name, among: residences.flatMap { [$0.name, $0.id] })
        }
        return PlaceMistake(reason: mistake.adding(suggestion))
    }
}

/// A text means no place, or several.
package struct PlaceMistake: Error {
    /// In words that need no subject.
    package let reason: Text
}

/// A place with what people call it.
private struct PlaceInWords: Equatable {
    let key: PlaceKey
    private let name: String

    init(_ residence: Residence, dwelling: String? = nil, commonPart: String? = nil) {
        key = PlaceKey(residence: residence.id, dwelling: dwelling, commonPart: commonPart)
        name = key.inWords(residence: residence.name)
    }

    /// The name with what it is, because a dwelling may be called as a common part is.
    var words: Text {
        switch key.part {
        case .dwelling?: Text(fr: "\(name) (logement)", en: "\(name) (dwelling)")
        case .commonPart?: Text(fr: "\(name) (partie commune)", en: "\(name) (common part)")
        case nil: Text(verbatim: name)
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        let start = drop { $0.isWhitespace }
        return String(start.prefix(start.count - start.reversed().prefix { $0.isWhitespace }.count))
    }
}
