/// The members of a JSON object, in the order in which they were added or read.
///
/// A look-up is a linear search, because messages have few members. Names are unique; canonically equivalent names are
/// the same. Objects with the same members are equal in any order.
public struct JSONObject: Sendable {
    struct Member: Sendable {
        let key: String
        var value: JSON
    }

    private(set) var members: [Member]

    /// An object without members.
    public init() { members = [] }

    /// Makes an object with the members in the given order; of those with the same name the last counts.
    public init(_ elements: some Sequence<(String, JSON)>) {
        members = []
        members.reserveCapacity(elements.underestimatedCount)
        var places: [String: Int] = [:]
        for (key, value) in elements {
            if members.count < 16 {
                self[key] = value
            } else {
                if places.isEmpty { for (place, member) in members.enumerated() { places[member.key] = place } }
                if let place = places[key] {
                    members[place].value = value
                } else {
                    places[key] = members.count
                    members.append(Member(key: key, value: value))
                }
            }
        }
    }

    /// Makes an object of members whose names are known to differ.
    init(unique members: [Member]) { self.members = members }

    /// The member of that name. A new member is added at the end, a known one keeps its position, and nil removes it.
    public subscript(key: String) -> JSON? {
        get {
            for member in members where member.key == key { return member.value }
            return nil
        }
        set {
            let index = members.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    /// The names, in order.
    public var keys: [String] { members.map(\.key) }
    /// The same names with other values.
    public func mapValues<Failure: Error>(
        _ transform: (JSON) throws(Failure) -> JSON
    ) throws(Failure) -> JSONObject {
        var result = self
        for index in members.indices { result.members[index].value = try transform(members[index].value) }
        return result
    }

    /// The number of members.
    public var count: Int { members.count }
    /// Whether there are no members.
    public var isEmpty: Bool { members.isEmpty }
}

extension JSONObject: Sequence {
    /// Iterates over the members in order.
    public struct Iterator: IteratorProtocol {
        fileprivate var members: IndexingIterator<[Member]>

        /// The next member, or nil after the last.
        public mutating func next() -> (key: String, value: JSON)? {
            guard let member = members.next() else { return nil }
            return (member.key, member.value)
        }
    }

    /// Iterates over the members in order.
    public func makeIterator() -> Iterator { Iterator(members: members.makeIterator()) }

    /// The number of members.
    public var underestimatedCount: Int { members.count }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Members in the order written; of those with the same name the last counts.
    public init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
}

extension JSONObject: Hashable {
    /// Whether both have the same members, in any order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.count == right.count else { return false }
        if left.count <= 16 { return left.members.allSatisfy { right[$0.key] == $0.value } }
        let others = Dictionary(uniqueKeysWithValues: right.members.map { ($0.key, $0.value) })
        return left.members.allSatisfy { others[$0.key] == $0.value }
    }

    /// Equal objects hash alike: the members' hashes are added up, so their order does not count.
    public func hash(into hasher: inout Hasher) {
        var sum = 0
        for member in members {
            var one = Hasher()
            one.combine(member.key)
            one.combine(member.value)
            sum &+= one.finalize()
        }
        hasher.combine(sum)
    }
}

extension JSONObject: CustomStringConvertible {
    /// Compact JSON.
    public var description: String { JSON.object(self).text }
}
