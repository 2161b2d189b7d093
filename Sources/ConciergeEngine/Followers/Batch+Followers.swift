import ConciergeKit
import JSON

extension Batch {
    /// The maximum number of followers of a request. Each of its notices is told to all of them.
    static let mostFollowers = 200

    /// Notes that another resident follows a request that is for somebody else. No rule runs.
    mutating func follow(_ id: RequestID, for resident: String, by actor: String) throws -> Answer {
        let request = try find(id)
        let resident = Folding.canonical(resident)
        let key = Resident.key(of: resident)
        guard request.isOpen else {
            throw Rejection.refused(
                Text(
                    fr: "La demande est fermée : il n'y a plus rien à suivre.",
                    en: "The request is closed: there is nothing left to follow."))
        }
        guard request.resident.map({ Resident.key(of: $0) }) != key else {
            throw Rejection.refused(
                Text(
                    fr: "La demande est déjà pour « \(resident) ».", en: "The request is for \"\(resident)\" already."))
        }
        let followers = try staged.followers(of: request)
        guard !followers.contains(where: { Resident.key(of: $0) == key }) else {
            throw Rejection.refused(
                Text(
                    fr: "« \(resident) » suit déjà la demande.", en: "\"\(resident)\" follows the request already."))
        }
        guard followers.count < Self.mostFollowers else {
            throw Rejection.refused(
                Text(
                    fr: "\(Self.mostFollowers) locataires suivent déjà la demande : c'est le plus qu'elle peut avoir.",
                    en: "\(Self.mostFollowers) residents follow the request already, which is the most it can have."))
        }
        return try set(resident, follows: true, request, by: actor)
    }

    /// Ends that a resident follows a request, open or closed.
    mutating func unfollow(_ id: RequestID, for resident: String, by actor: String) throws -> Answer {
        let request = try find(id)
        let key = Resident.key(of: Folding.canonical(resident))
        guard let follower = try staged.followers(of: request).first(where: { Resident.key(of: $0) == key }) else {
            throw Rejection.refused(
                Text(
                    fr: "« \(resident) » ne suit pas la demande.", en: "\"\(resident)\" does not follow the request."))
        }
        return try set(follower, follows: false, request, by: actor)
    }

    private mutating func set(
        _ resident: String, follows: Bool, _ request: StoredRequest, by actor: String
    ) throws -> Answer {
        let (name, timers) = (try words(for: resident), try staged.timers(of: request.id))
        let commitments = try commitments(of: request)
        // Who follows no longer is told no more.
        let waiting =
            try follows
            ? []
            : staged.waitingNotices(of: request.id).filter {
                try $0.follower == resident && isRecalled($0)
            }
        for notice in waiting { staged.set(notice, .withdrawn) }
        let request = try staged.set(resident, follows: follows, request)
        let input: JSONObject = ["resident": .string(resident)]
        staged.append(
            Entry(
                request: request.id, service: request.service, at: now, actor: actor,
                event: follows ? .followed : .unfollowed, from: request.state, to: request.state,
                input: Array(input.description.utf8), note: name))
        return .request(
            RequestView(
                request: request, timers: timers, commitments: commitments,
                followers: try staged.followers(of: request)))
    }
}
