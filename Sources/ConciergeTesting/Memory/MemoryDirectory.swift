import ConciergeEngine

/// The directory.
struct DirectoryTable: DirectoryEntries {
    private(set) var edition: Int64 = 0
    /// By kind and key, each thing with the words by which it is found.
    private var entries: [DirectoryKind: [String: (entry: any DirectoryNoun, words: String)]] = [:]

    /// Makes the next edition; nil if the directory is of another one than `edition`.
    mutating func change<Noun: DirectoryNoun>(_ changes: DirectoryChanges<Noun>, from edition: Int64) -> Int64? {
        guard edition == self.edition else { return nil }
        for key in changes.removed { entries[Noun.kind]?[key] = nil }
        for entry in changes.put {
            entries[Noun.kind, default: [:]][entry.key] = (entry, SearchWords.text(entry.searchWords))
        }
        self.edition += 1
        return self.edition
    }

    func entry<Noun: DirectoryNoun>(of noun: Noun.Type, named name: String) -> Noun? {
        if let found = entries[Noun.kind]?[name]?.entry { return found as? Noun }
        return keys(of: Noun.self).lazy.compactMap { entries[Noun.kind]?[$0]?.entry as? Noun }.first {
            $0.alias == name
        }
    }

    func page<Noun: DirectoryNoun>(after key: String?, limit: Int) -> DirectoryPage<Noun> {
        let keys = keys(of: Noun.self).filter { key == nil || key!.utf8.lexicographicallyPrecedes($0.utf8) }
            .prefix(limit)
        return DirectoryPage(
            edition: edition, entries: keys.compactMap { entries[Noun.kind]?[$0]?.entry as? Noun },
            next: keys.count == limit ? keys.last : nil)
    }

    func dwellingCounts(ofResidences residences: [String]) -> [String: Int] {
        residences.reduce(into: [:]) { counts, residence in
            let start = Dwelling.keys(ofResidence: residence).after
            counts[residence] = entries[.dwellings]?.keys.count { $0.hasPrefix(start) } ?? 0
        }
    }

    func hits(_ search: ResidentSearch, limit: Int) -> ResidentHits {
        let found = keys(of: Resident.self).compactMap { entries[.residents]?[$0] }
            .filter { search.finds($0.words) }.compactMap { $0.entry as? Resident }
        return ResidentHits(residents: Array(found.prefix(limit)), hasMore: found.count > limit)
    }

    private func all<Noun: DirectoryNoun>(_ noun: Noun.Type) -> [Noun] {
        keys(of: noun).compactMap { entries[Noun.kind]?[$0]?.entry as? Noun }
    }

    private func keys<Noun: DirectoryNoun>(of noun: Noun.Type) -> [String] {
        (entries[Noun.kind]?.keys).map { $0.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } } ?? []
    }
}

extension DirectoryTable: PlaceDirectory {
    func residence(named name: String) async throws -> Residence? { entry(of: Residence.self, named: name) }
    func dwelling(named name: String) async throws -> Dwelling? { entry(of: Dwelling.self, named: name) }
    func residences() async throws -> [Residence] { all(Residence.self) }

    func dwellings(ofResidence key: String) async throws -> [Dwelling] {
        all(Dwelling.self).filter { $0.key.hasPrefix(Dwelling.keys(ofResidence: key).after) }
    }
}
