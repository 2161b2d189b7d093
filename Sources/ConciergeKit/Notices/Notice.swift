/// What a service says to somebody, as a type, so that a landlord may say it in other words or in another language.
///
/// The stored properties are the values that a template may use, and ``words`` is what is said without one:
///
/// ```swift
/// struct Arrived: Notice {
///     let code: String
///     let until: Instant
///
///     var words: Text {
///         Text(fr: "Un colis vous attend. Code : \(code).", en: "A parcel is waiting for you. Code: \(code).")
///     }
///
///     static let example = Arrived(code: "281655", until: Instant(milliseconds: 1_798_788_600_000))
/// }
/// ```
///
/// A service lists its notices, ``Service/notices``: a template for one that is not there, or with a value that it does not
/// have, is refused when the daemon starts or reads its configuration again.
public protocol Notice: Sendable {
    /// A short name, without anything personal: `arrived` for `Arrived`. It must not change once notices are stored.
    static var name: String { get }
    /// What it says, in both languages of the lodge.
    var words: Text { get }
    /// An example, with a value for each property: from it follows which values a template may use.
    static var example: Self { get }
    /// The notices that this one makes out of date, besides those of its own type. The request withdraws those that it has
    /// for the same person and that are not on their way yet. None unless declared.
    static var supersedes: [any Notice.Type] { get }
    /// The notices that this one takes back. If one of them for the same person is not on its way yet, both are left out:
    /// whoever was told nothing has nothing to be taken back. None unless declared.
    static var retracts: [any Notice.Type] { get }
}

extension Notice {
    /// The name of the type.
    public static var name: String { Naming.action("\(Self.self)") }
    /// Makes no other notice out of date.
    public static var supersedes: [any Notice.Type] { [] }
    /// Takes back nothing that was said before.
    public static var retracts: [any Notice.Type] { [] }
}

/// Types of notices that a service lists. The array may have the type that Swift infers for `[Arrived.self]`.
public protocol NoticeList {
    /// The types; nil for an element that is not the type of a notice, which is a mistake that is found at start.
    var noticeTypes: [(any Notice.Type)?] { get }
}

extension Array: NoticeList {
    /// The types.
    public var noticeTypes: [(any Notice.Type)?] { map { $0 as? any Notice.Type } }
}

/// A notice as a service declares it, without its type.
package struct NoticeDeclaration: Sendable, Hashable {
    package let name: String
    /// The names of its values, as templates use them.
    package let values: [String]
    /// What the example says.
    package let example: Text

    package init(of type: any Notice.Type) { self.init(type) }

    private init<N: Notice>(_ type: N.Type) {
        name = N.name
        example = N.example.words
        values = NoticeValue.all(of: N.example).keys.sorted()
    }
}
