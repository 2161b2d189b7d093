import ConciergeEngine
import ConciergeKit

/// Reads history lines in order, a page at a time, and looks one line ahead.
struct LineReader {
    private static let pageSize = 500

    private let history: any RecordedHistory
    private var page: ArraySlice<NumberedEntry> = []
    private var after: Int64 = 0
    private var isAtEnd = false

    init(_ history: any RecordedHistory) { self.history = history }

    /// The next line, which stays the next one; nil at the end.
    mutating func peek() throws -> NumberedEntry? {
        if page.isEmpty, !isAtEnd {
            page = try history.lines(after: after, limit: Self.pageSize)[...]
            isAtEnd = page.isEmpty
            if let last = page.last { after = last.seq }
        }
        return page.first
    }

    mutating func next() throws -> NumberedEntry? {
        let line = try peek()
        page = page.dropFirst()
        return line
    }

    /// The requests that were granted something in the step of a line: the lines of the same instant that follow it.
    mutating func granted(after line: NumberedEntry) throws -> Set<RequestID> {
        var granted: Set<RequestID> = []
        var index = page.startIndex
        while true {
            if index == page.endIndex {
                let more = try history.lines(after: after, limit: Self.pageSize)
                guard let last = more.last else { return granted }
                page += more
                after = last.seq
                index = page.endIndex - more.count
            }
            let entry = page[index].entry
            guard entry.at == line.entry.at else { return granted }
            switch entry.event {
            case .granted: granted.insert(entry.request)
            case .notice, .told, .delivered, .signal, .quarantined: break
            default: return granted
            }
            index += 1
        }
    }

    /// The notices that the rule of a line sent, which follow it.
    mutating func notices(after line: NumberedEntry) throws -> [NumberedEntry] {
        var notices: [NumberedEntry] = []
        while let next = try peek(), case .notice = next.entry.event, next.entry.request == line.entry.request,
            next.entry.at == line.entry.at, next.entry.from == nil
        {
            notices.append(next)
            page = page.dropFirst()
        }
        return notices
    }
}
