/// What becomes of the open requests of a service when the resident for whom they are moves out.
public struct MovingOut: Sendable, Hashable {
    package enum Way: Sendable, Hashable {
        case staff
        case stays
        /// The id of the action.
        case ends(String)
    }

    package let way: Way

    /// Staff decide: the requests are listed for them, and nothing of these changes.
    public static let staff = MovingOut(way: .staff)

    /// The request stays with the dwelling: it is about that place from then on, unless it is about one already, and for
    /// nobody.
    public static let stays = MovingOut(way: .stays)

    /// An action ends the request, as if staff had chosen it. The action has no required field. A request in whose state
    /// it is not possible, or whose rule refuses it, is left to staff.
    public static func ends(by action: (some Input).Type) -> MovingOut {
        MovingOut(way: .ends(ActionSchema(action).id))
    }
}
