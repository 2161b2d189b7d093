import ConciergeEngine

/// The residents of the directory.
struct DirectoryTable {
    private(set) var edition: Int64 = 0
    /// By key, each resident with the words by which they are found.
    private var residents: [String: (resident: Resident, words: String)] = [:]

    /// Makes the next edition; nil if the directory is of another one than `edition`.
    mutating func change(_ changes: DirectoryChanges, from edition: Int64) -> Int64? {
        guard edition == self.edition else { return nil }
        for key in changes.removed { residents[key] = nil }
        for resident in changes.put {
            residents[resident.key] = (resident, SearchWords.text(SearchWords.of(resident)))
        }
        self.edition += 1
        return self.edition
    }

    subscript(key: String) -> Resident? { residents[key]?.resident }

    func page(after key: String?, limit: Int) -> DirectoryPage {
        let keys = sortedKeys.filter { key == nil || key!.utf8.lexicographicallyPrecedes($0.utf8) }.prefix(limit)
        return DirectoryPage(
            edition: edition, residents: keys.compactMap { self[$0] }, next: keys.count == limit ? keys.last : nil)
    }

    func hits(_ search: ResidentSearch, limit: Int) -> ResidentHits {
        let found = sortedKeys.compactMap { residents[$0] }.filter { search.finds($0.words) }.map(\.resident)
        return ResidentHits(residents: Array(found.prefix(limit)), hasMore: found.count > limit)
    }

    private var sortedKeys: [String] { residents.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
}
