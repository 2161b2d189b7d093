package import ConciergeEngine
import ConciergeKit
import Synchronization

extension SQLiteLedger {
    package nonisolated(nonsending)
        func directory<Noun: DirectoryNoun>(
            of noun: Noun.Type, after key: String?, limit: Int
        ) async throws(LedgerError) -> DirectoryPage<Noun>
    {
        try await read(.long) { database in
            let edition = try database.directoryEdition()
            let table = DirectoryTable.of(Noun.kind)
            let found = try database.rows(table.page, [.int(edition), .text(key ?? ""), .int(limit)]) {
                DirectoryRow($0, of: table)
            }
            return DirectoryPage(
                edition: edition, entries: found.map { Noun(cells: $0.cells) },
                next: found.count == limit ? found.last?.key : nil)
        }
    }

    package nonisolated(nonsending)
        func entry<Noun: DirectoryNoun>(of noun: Noun.Type, named name: String) async throws(LedgerError) -> Noun?
    {
        try await read { try $0.entry(of: noun, named: name) }
    }

    package var hasDirectory: Bool { edition.withLock { $0 > 0 } }

    package nonisolated(nonsending)
        func known(_ keys: Set<String>) async throws(LedgerError) -> [String: ResidentAtPlace]
    {
        let hasDossiers = hasDossiers
        return try await read { database in
            try keys.reduce(into: [:]) { $0[$1] = try database.known($1, hasDossiers: hasDossiers) }
        }
    }

    package nonisolated(nonsending)
        func dwellingCounts(ofResidences keys: [String]) async throws(LedgerError) -> [String: Int]
    {
        try await read(.long) { database in
            let edition = try database.directoryEdition()
            return try keys.reduce(into: [:]) { counts, key in
                let range = Dwelling.keys(ofResidence: key)
                counts[key] =
                    try database.row(
                        DirectoryTable.of(.dwellings).count, [.int(edition), .text(range.after), .text(range.before)]
                    ) { $0[0] } ?? 0
            }
        }
    }

    // MARK: Changing

    /// The number of rows and of words in a portion, for which the writer is held some milliseconds. Each is on disk
    /// before the next one begins, because whoever reads waits for the disk.
    private static let (rowsPerStep, wordsPerStep) = (1_000, 8_000)

    package nonisolated(nonsending)
        func changeDirectory<Noun: DirectoryNoun>(
            _ changes: DirectoryChanges<Noun>, from edition: Int64, progress: (_ done: Int, _ all: Int) -> Void
        ) async throws(LedgerError) -> Int64?
    {
        // The mark is in this process alone: what another one leaves is swept when the ledger is opened.
        let isFirst = isChangingDirectory.withLock { isChanging in
            defer { isChanging = true }
            return !isChanging
        }
        guard isFirst else { return nil }
        defer { isChangingDirectory.withLock { $0 = false } }
        guard try onWriter({ try $0.directoryEdition() }) == edition else { return nil }
        do {
            try stage(changes, as: edition + 1, progress)
        } catch {
            // What was written is of no edition. If it cannot be deleted now, the next opening does it.
            try? sweepDirectory()
            throw error
        }
        try writeThrough { database in
            try database.execute("UPDATE directory SET edition = ?", [.int(edition + 1)])
        }
        self.edition.withLock { $0 = edition + 1 }
        try sweepDirectory()
        return edition + 1
    }

    /// Writes an edition beside the one that is read.
    private func stage<Noun: DirectoryNoun>(
        _ changes: DirectoryChanges<Noun>, as edition: Int64, _ progress: (_ done: Int, _ all: Int) -> Void
    ) throws(LedgerError) {
        let table = DirectoryTable.of(Noun.kind)
        // Rows and words are written in their order, so that a large change fills each page of a tree once.
        let put = changes.put.enumerated().map { (key: $1.key, index: $0) }.sorted { $0.key < $1.key }
        let ended = changes.removed + put.map(\.key)
        let all = ended.count + put.count * 2
        var done = 0
        for part in ended.portions(of: Self.wordsPerStep) {
            try writeThrough { database in
                for key in part { try database.execute(table.end, [.int(edition), .text(key)]) }
            }
            done += part.count
            progress(done, all)
        }
        var number = try onWriter { try $0.value("SELECT max(number) FROM \(table.name)") ?? Int64(0) }
        var words: [(word: String, number: Int64)] = []
        for part in put.portions(of: Self.rowsPerStep) {
            let rows = part.map { StagedDirectoryRow(changes.put[$0.index]) }
            let first = number + 1
            number += Int64(part.count)
            for (index, row) in rows.enumerated() { words += row.words.map { ($0, first + Int64(index)) } }
            try writeThrough { database in
                for (index, row) in rows.enumerated() {
                    try database.execute(table.insertion, row.values(first + Int64(index), since: edition))
                }
            }
            done += part.count
            progress(done, all)
        }
        words.sort { ($0.word, $0.number) < ($1.word, $1.number) }
        let wordCount = words.count
        for (index, part) in words.portions(of: Self.wordsPerStep).enumerated() {
            try writeThrough { database in
                for (word, number) in part {
                    try database.execute(ResidentWordsTable.insertion, [.text(word), .int(number)])
                }
            }
            progress(done + put.count * min(wordCount, (index + 1) * Self.wordsPerStep) / max(1, wordCount), all)
        }
    }

    /// Deletes what is of no edition, in portions.
    func sweepDirectory() throws(LedgerError) {
        while try onWriter({ try $0.hasDirectoryLeftovers() }) {
            try writeThrough { _ = try $0.sweepDirectory(limit: Self.rowsPerStep) }
        }
    }

    // MARK: Searching

    /// The number of residents up to which a word is rare.
    private static let rare = 2_000
    /// The number of residents up to which each of them is looked at. Looking at one costs as much as the numbers of a
    /// hundred that have a word.
    private static let few = 200
    /// The number of residents up to which those with a word are read where rare words leave more than a few, or no word is
    /// rare.
    private static let frequent = 10_000

    package nonisolated(nonsending)
        func residents(_ search: ResidentSearch, limit: Int) async throws(LedgerError) -> ResidentHits
    {
        guard !search.terms.isEmpty, limit > 0 else { return ResidentHits(residents: [], hasMore: false) }
        return try await read(.long) { database in
            // The residents that every rare word has; nil if no word is rare.
            var common: Set<Int64>?
            var others: [ResidentSearch.Term] = []
            for term in search.terms {
                guard let found = try database.numbers(of: term, limit: Self.rare) else {
                    others.append(term)
                    continue
                }
                common = common?.intersection(found) ?? found
                if common?.isEmpty ?? false { break }
            }
            // The longest word is likely to be the rarest of the others.
            for term in others.sorted(by: { $0.length > $1.length }) where search.terms.count > 1 {
                if let common, common.count <= Self.few { break }
                guard let found = try database.numbers(of: term, limit: Self.frequent) else { continue }
                common = common?.intersection(found) ?? found
            }
            if let common { return try database.hits(search, among: common, limit: limit) }
            // Where all words are frequent, a few residents with one of them are usually enough. If they are not, all
            // residents with all of them are found.
            let some: [Int64] = try database.column(
                ResidentWordsTable.beginning, ResidentWordsTable.range(of: search.terms[0].ways[0][0], limit: Self.rare)
            )
            let hits = try database.hits(search, among: Set(some), limit: limit)
            if hits.hasMore { return hits }
            for term in search.terms {
                guard let found = try database.numbers(of: term, limit: .max - 1) else { continue }
                common = common?.intersection(found) ?? found
            }
            return try database.hits(search, among: common ?? [], limit: limit)
        }
    }
}

extension ResidentSearch.Term {
    /// The length of its longest beginning of a word.
    fileprivate var length: Int { ways.lazy.joined().map(\.utf8.count).max() ?? 0 }
}

extension SQLiteConnection {
    /// The rows that meet a term, and perhaps some that do not; nil if more than `limit` may.
    fileprivate func numbers(of term: ResidentSearch.Term, limit: Int) throws -> Set<Int64>? {
        var numbers: Set<Int64> = []
        for way in term.ways {
            var common: Set<Int64>?
            for start in way {
                let found: [Int64] = try column(
                    ResidentWordsTable.beginning, ResidentWordsTable.range(of: start, limit: limit + 1))
                guard found.count <= limit else { continue }
                common = common?.intersection(found) ?? Set(found)
                if found.isEmpty { break }
            }
            guard let common else { return nil }
            numbers.formUnion(common)
        }
        return numbers
    }

    /// Those of the rows that the search finds.
    fileprivate func hits(_ search: ResidentSearch, among numbers: Set<Int64>, limit: Int) throws -> ResidentHits {
        let edition = try directoryEdition()
        var residents: [Resident] = []
        for number in numbers.sorted() {
            let table = DirectoryTable.of(.residents)
            let found = try row(table.ofNumber, [.int(edition), .int(number)]) {
                let row = DirectoryRow($0, of: table)
                return search.finds(row.words) ? Resident(cells: row.cells) : nil
            }
            guard let resident = found ?? nil else { continue }
            if residents.count == limit { return ResidentHits(residents: residents, hasMore: true) }
            residents.append(resident)
        }
        return ResidentHits(residents: residents, hasMore: false)
    }
}

extension Array {
    /// The elements in slices of at most `size`.
    fileprivate func portions(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}
