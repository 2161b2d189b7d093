// The names by which the ledger and the wire refer to code. Each kind has its own type, so that the compiler refuses a
// task's name in place of a service's.

/// A name that a provider's author gave to something.
package protocol NameID: RawRepresentable<String>, Hashable, Comparable, Codable, Sendable, CustomStringConvertible,
    ExpressibleByStringLiteral
{
    init(_ text: String)
}

extension NameID {
    package init(rawValue: String) { self.init(rawValue) }
    package init(stringLiteral text: String) { self.init(text) }
    package var description: String { rawValue }

    package static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
}

/// A provider: the first part of its services' and tasks' names.
package struct ProviderID: NameID {
    package let rawValue: String
    package init(_ text: String) { rawValue = text }
}

/// A service: its provider's name, a full stop, and its own.
package struct ServiceID: NameID {
    package let rawValue: String
    package init(_ text: String) { rawValue = text }

    /// The provider, whether or not it is in this build.
    package var provider: ProviderID { ProviderID(String(rawValue.prefix { $0 != "." })) }
}

/// A task: its provider's name, a full stop, and its own.
package struct TaskID: NameID {
    package let rawValue: String
    package init(_ text: String) { rawValue = text }

    /// The provider, whether or not it is in this build.
    package var provider: ProviderID { ProviderID(String(rawValue.prefix { $0 != "." })) }
}

/// A schedule, unique in the daemon: its task's name, or one of its own.
package struct ScheduleID: NameID {
    package let rawValue: String
    package init(_ text: String) { rawValue = text }

    /// The provider, if the name contains it.
    package var provider: ProviderID? { rawValue.contains(".") ? TaskID(rawValue).provider : nil }
}

extension Phrase.StringInterpolation {
    /// A name as it is.
    package mutating func appendInterpolation(_ id: some NameID) { appendInterpolation(verbatim: id) }

    /// The id in its text form for people.
    package mutating func appendInterpolation(_ id: some NumberID) { appendInterpolation(verbatim: id) }
}
