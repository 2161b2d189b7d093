package import Civil
package import JSON

// Reading and watching the history of all requests.

extension RequestMethods {
    /// History lines of a time, of all requests, in the order in which they were written.
    package struct History: PagedMethod {
        package static let declaration = MethodDeclaration("History", of: .requests, for: .viewer, isSigned: false)
        package static let elements = "entries"

        package var service: String?
        /// The time of the first line at the earliest.
        package var since: Instant?
        /// The lines before this time.
        package var until: Instant?
        package var limit: Int?
        package var after: String?

        package init(service: String? = nil, since: Instant? = nil, until: Instant? = nil) {
            self.service = service
            self.since = since
            self.until = until
        }

        package struct Reply: HandWritten, Hashable {
            package var entries: [Wire.Entry]
            package var next: String?

            package init(entries: [Wire.Entry], next: String?) {
                self.entries = entries
                self.next = next
            }

            package func write(to writer: inout JSONWriter) {
                writer.beginObject()
                writer.member("entries", entries)
                writer.member("next", next)
                writer.endObject()
            }
        }
    }

    /// Streams history lines as they are committed.
    package struct Watch: ControlMethod {
        package static let declaration = MethodDeclaration(
            "Watch", of: .requests, for: .viewer, isSigned: false, replies: .stream)

        package var service: String?
        package var after: Int64?

        package init(service: String? = nil, after: Int64? = nil) {
            self.service = service
            self.after = after
        }

        package struct Reply: HandWritten, Hashable {
            package var entry: Wire.Entry

            package init(_ entry: Wire.Entry) { self.entry = entry }

            package func write(to writer: inout JSONWriter) {
                writer.beginObject()
                writer.member("entry", entry)
                writer.endObject()
            }
        }
    }
}

extension Wire.Word<Wire.Event> {
    /// The request was opened.
    package static var open: Self { "open" }
    /// Staff performed an action.
    package static var action: Self { "action" }
    /// Staff corrected the record.
    package static var correct: Self { "correct" }
    /// Staff corrected for whom the request is.
    package static var reassign: Self { "reassign" }
    /// Staff corrected which place the request is about.
    package static var relocate: Self { "relocate" }
    package static var note: Self { "note" }
    package static var undo: Self { "undo" }
    /// A resident follows the request from now on.
    package static var follow: Self { "follow" }
    /// A resident follows the request no longer.
    package static var unfollow: Self { "unfollow" }
    /// A timer fired.
    package static var timer: Self { "timer" }
    /// A run that the request had asked for has ended.
    package static var run: Self { "run" }
    /// A notice is to be sent.
    package static var notice: Self { "notice" }
    /// Staff told the resident what a notice says.
    package static var told: Self { "told" }
    /// A mail server took a notice.
    package static var sent: Self { "sent" }
    /// A mail server did not say whether it takes a notice.
    package static var uncertain: Self { "uncertain" }
    /// A notice cannot be sent by mail.
    package static var failed: Self { "failed" }
    /// The daemon put the request in quarantine.
    package static var quarantine: Self { "quarantine" }
    /// Staff released the request from quarantine.
    package static var release: Self { "release" }
    /// A new version of the provider changed the request.
    package static var upgrade: Self { "upgrade" }
    /// The request was in line, and was granted what it waited for.
    package static var grant: Self { "grant" }
    /// Something became of a signal that the request raised.
    package static var signal: Self { "signal" }
}
