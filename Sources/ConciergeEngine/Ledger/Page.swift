import ConciergeKit

/// A part of a list.
///
/// A ledger ends a page early, possibly without any element, once it has read ``PageBounds/rows`` rows or the elements
/// take ``PageBounds/bytes`` bytes, so that no reading call takes long or uses much memory, whatever is stored.
package struct Page<Element: Sendable>: Sendable {
    package let elements: [Element]
    /// The position after which the next page begins; nil at the end of the list.
    package let next: Int64?

    package init(elements: [Element], next: Int64?) {
        self.elements = elements
        self.next = next
    }
}

/// The limits of a page.
package enum PageBounds {
    /// The maximum number of rows that are read for a page.
    package static let rows = 5000
    /// The approximate maximum size of all elements of a page, in bytes; a single element may be larger.
    package static let bytes = 1 << 20
    /// The same for a page of history lines, which is read on the event loop and sent to a watcher at once.
    package static let historyBytes = 256 << 10
    /// The maximum number of history lines that are returned with a request.
    package static let historyLines = 500
}

/// A page that a ledger fills row by row, until it is full or the maximum number of rows was read.
package struct PageBuilder<Element: Sendable> {
    private let limit: Int
    private let maximumBytes: Int
    private var elements: [Element] = []
    private var bytes = 0
    private var rows = 0
    /// The position up to which all matching rows are in the page.
    package private(set) var position: Int64
    private var isFull = false

    package init(limit: Int, bytes: Int, after position: Int64) {
        self.limit = limit
        maximumBytes = bytes
        self.position = position
    }

    /// Adds an element. Returns false without adding it if the page is full.
    package mutating func append(_ element: Element, bytes size: Int) -> Bool {
        guard elements.isEmpty || (elements.count < limit && bytes + size <= maximumBytes) else {
            isFull = true
            return false
        }
        elements.append(element)
        bytes += size
        return true
    }

    /// Records that all rows up to a position were read. Returns whether more rows may be read.
    package mutating func advance(to position: Int64, looks: Int = 1) -> Bool {
        self.position = position
        rows += looks
        if rows >= PageBounds.rows { isFull = true }
        return !isFull
    }

    package var page: Page<Element> { Page(elements: elements, next: isFull ? position : nil) }
}

// The approximate size of each in a reply, in bytes: its stored values and the names of its members.

extension RequestView {
    package var replyBytes: Int {
        512 + request.record.count + (request.resident?.utf8.count ?? 0) + timers.count * 64
            + (request.about == nil ? 0 : 128) + followers.count * 128
    }
}

extension NumberedEntry {
    package var replyBytes: Int { 256 + (entry.input?.count ?? 0) + (entry.note?.replyBytes ?? 0) }
}

extension StoredRun {
    /// - Parameter input: The size of the input as JSON, in bytes.
    package func replyBytes(input: Int) -> Int {
        512 + input + (data?.count ?? 0) + (error?.utf8.count ?? 0) + (outcome?.replyBytes ?? 0)
    }
}

extension Text {
    fileprivate var replyBytes: Int { fr.utf8.count + en.utf8.count }
}
