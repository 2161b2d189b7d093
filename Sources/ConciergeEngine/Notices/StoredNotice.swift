import ConciergeKit

/// A notice for a resident, and whether it has reached them.
///
/// Its words are those of a history line, and its number is the line's. It begins with the line, in the same commit, and is
/// deleted with the request. Notices for staff are lines only.
package struct StoredNotice: Sendable, Hashable {
    /// What became of a notice.
    package enum State: String, Sendable, Hashable, CaseIterable {
        /// Nobody has told the resident yet.
        case waiting
        /// Staff have told the resident.
        case told
    }

    /// The line with its words.
    package let line: NumberedEntry
    /// For whom the request is; nil if it does not say.
    package let resident: String?
    package var state: State

    package init(line: NumberedEntry, resident: String?, state: State) {
        self.line = line
        self.resident = resident
        self.state = state
    }

    package var number: Int64 { line.seq }
}

extension Entry {
    /// Whether the line is a notice for a resident. A ledger that writes such a line begins a ``StoredNotice`` with it.
    package var isForResident: Bool {
        if case .notice(_, to: .resident, _) = event { true } else { false }
    }
}

/// Which notices to list.
package struct NoticeQuery: Sendable {
    package var state: StoredNotice.State?
    /// Whether the oldest is the first; else the newest is.
    package var isOldestFirst = false
    package var limit = 100
    /// The `next` of an earlier page.
    package var after: Int64?

    package init() {}
}

/// What the engine may ask about notices.
package protocol NoticeFacts {
    /// The notice of a number; nil if there is none, or no longer.
    func notice(_ number: Int64) throws -> StoredNotice?
}

extension StagedChanges {
    func notice(_ number: Int64) throws -> StoredNotice? {
        guard var notice = try facts.notice(number) else { return nil }
        if let state = changes.notices[number] { notice.state = state }
        return notice
    }
}
