import ConciergeProtocol
import Wording

extension Wire.Request.About {
    /// The place as people say it: `Les Tilleuls, B 204`. The residence's id where the directory does not have it.
    var inWords: String { [name ?? residence, dwelling ?? commonPart].compactMap(\.self).joined(separator: ", ") }
}

extension Wire.Request.Follower {
    /// The name and the id of a resident of the directory, or the text that stands for one.
    var inWords: String { knownResident.map { "\($0.name) (\(resident))" } ?? resident }
}

extension Wire.Request {
    /// All who follow it.
    var followersInWords: Text {
        Text(verbatim: (followers ?? []).map(\.inWords).joined(separator: ", "))
    }

    /// Whom it is for, in a few words: the name and the flat, or the text that stands for a resident.
    var residentInShort: String? { knownResident.map { "\($0.name), \($0.dwelling)" } ?? resident }
}
