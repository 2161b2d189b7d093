import ConciergeDaemon
import ConciergeProtocol
import Foundation
import HealthAppointments
import ParcelReception
import Repairs
import SharedRooms

// The shipped daemon with a clock that whoever plays it moves: each line of the file DESK_CLOCK, a named pipe, is how much
// later it shows than the system's clock, in milliseconds. It is never shipped.

if let path = ProcessInfo.processInfo.environment["DESK_CLOCK"] {
    // Opened for writing too, so that it has no end when a writer closes it.
    guard let opened = fopen(path, "r+") else { exit(66) }
    // A FILE is not Sendable. It is used here before the thread begins, and by the thread alone from then on.
    nonisolated(unsafe) let clock = opened
    // The first line is there before the daemon: it begins at the lodge's time.
    if let line = readLine(of: clock), let shift = Int64(line) { LodgeClock.shift(by: shift) }
    Thread.detachNewThread {
        while let line = readLine(of: clock) {
            if let shift = Int64(line) { LodgeClock.shift(by: shift) }
        }
    }
}

await Concierged.main(
    name: Product.name, version: Product.version,
    serving: [ParcelReception.self, Repairs.self, HealthAppointments.self, SharedRooms.self])

/// The next line of a file, without its end; nil at the end of the file.
private func readLine(of file: UnsafeMutablePointer<FILE>) -> String? {
    var buffer: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(buffer) }
    guard getline(&buffer, &capacity, file) > 0, let buffer else { return nil }
    return String(cString: buffer).trimmingCharacters(in: .whitespacesAndNewlines)
}
