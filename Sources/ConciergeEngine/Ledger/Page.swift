import ConciergeKit

/// A part of a list.
///
/// A ledger ends a page early, also without any element, once it has looked at ``PageBounds/rows`` or the elements have
/// ``PageBounds/bytes``: so no reading call takes long, or fills the memory, whatever is stored.
package struct Page<Element: Sendable>: Sendable {
    package let elements: [Element]
    /// Where the list goes on; nil at its end.
    package let next: Int64?

    package init(elements: [Element], next: Int64?) {
        self.elements = elements
        self.next = next
    }
}

/// What a page is kept to.
package enum PageBounds {
    /// How many rows are looked at.
    package static let rows = 5000
    /// How large the elements of a list are in all, about; one alone may be larger.
    package static let bytes = 1 << 20
    /// The same for history lines: a page of them is read on the event loop, and handed to a watcher at once.
    package static let historyBytes = 256 << 10
    /// How many history lines are given with a request.
    package static let historyLines = 500
}

/// A page that a ledger fills row by row, until it is full or enough rows were looked at.
package struct PageBuilder<Element: Sendable> {
    private let limit: Int
    private let maximumBytes: Int
    private var elements: [Element] = []
    private var bytes = 0
    private var rows = 0
    /// The position up to which everything that belongs into the page is in it.
    package private(set) var position: Int64
    private var isFull = false

    package init(limit: Int, bytes: Int, after position: Int64) {
        self.limit = limit
        maximumBytes = bytes
        self.position = position
    }

    /// Adds an element. Returns false, and does not add it, where the page is full.
    package mutating func append(_ element: Element, bytes size: Int, at position: Int64) -> Bool {
        guard elements.isEmpty || (elements.count < limit && bytes + size <= maximumBytes) else {
            isFull = true
            return false
        }
        elements.append(element)
        bytes += size
        return true
    }

    /// Notes that all rows up to a position were looked at. Returns whether more may be.
    package mutating func advance(to position: Int64, looks: Int = 1) -> Bool {
        self.position = position
        rows += looks
        if rows >= PageBounds.rows { isFull = true }
        return !isFull
    }

    package var page: Page<Element> { Page(elements: elements, next: isFull ? position : nil) }
}

// About how many bytes of a reply each takes: what is stored of it, and the names of its members.

extension RequestView {
    package var replyBytes: Int {
        512 + request.record.count + (request.resident?.utf8.count ?? 0) + timers.count * 64
    }
}

extension NumberedEntry {
    package var replyBytes: Int { 256 + (entry.input?.count ?? 0) + (entry.note?.replyBytes ?? 0) }
}

extension StoredRun {
    /// - Parameter input: How many bytes the input takes as JSON.
    package func replyBytes(input: Int) -> Int {
        512 + input + (data?.count ?? 0) + (error?.utf8.count ?? 0) + (outcome?.replyBytes ?? 0)
    }
}

extension Text {
    fileprivate var replyBytes: Int { fr.utf8.count + en.utf8.count }
}
