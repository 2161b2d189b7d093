package import Civil

extension RequestMethods {
    /// What there is to do: the open requests in groups, each with its most pressing ones.
    package struct Today: ControlMethod {
        package static let declaration = MethodDeclaration("Today", of: .requests, for: .viewer, isSigned: false)

        /// How many requests of each group at most; nil for 20.
        package var limit: Int?

        package init(limit: Int? = nil) { self.limit = limit }

        package struct Reply: WireValue, Hashable {
            /// The moment by which it was decided what is late.
            package var at: Instant
            package var groups: [Group]

            package init(at: Instant, groups: [Group]) {
                self.at = at
                self.groups = groups
            }
        }

        /// Open requests with the same reason to be looked at.
        package struct Group: WireValue, Hashable {
            package var kind: Kind
            /// How many there are, whether or not they are listed.
            package var count: Int
            package var requests: [Wire.Request]

            package typealias Kind = Wire.Word<RequestMethods.Today>

            package init(kind: Kind, count: Int, requests: [Wire.Request]) {
                self.kind = kind
                self.count = count
                self.requests = requests
            }
        }
    }
}

extension Wire.Word<RequestMethods.Today> {
    /// A deadline has passed.
    package static var late: Self { "late" }
    /// A deadline is today.
    package static var due: Self { "due" }
    /// Staff have to act next.
    package static var decide: Self { "decide" }
    /// A partner, the resident or a timer is next.
    package static var waiting: Self { "waiting" }
}
