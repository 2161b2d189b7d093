import CCrash
package import ConciergeEngine
package import ConciergeKit
import Glibc
import Synchronization

/// The crash file. It records which provider code is running, in mapped pages that survive any end of the process.
///
/// A mark is a few stores, without a system call and without an allocation. The file has one slot for the engine's
/// thread, and ``runSlots`` for handlers and for providers that are being created. If those are taken, further code
/// runs unmarked, and a crash outside the slots then has no suspects.
///
/// The file is never synced, so a power cut may leave anything in it. After another boot it is trusted only if a
/// signal is recorded.
///
/// `@unchecked Sendable`: `base` never changes and is never unmapped, because the signal handler may need it at any
/// time. Only the owner of a slot writes to it: the engine's thread owns slot 0, and the code that took a slot, under
/// the lock of `free`, owns any other. The header is written before the file is shared, by atomic operations in C, and
/// by ``close()`` and the signal handler, which write different members.
package final class CrashFile: @unchecked Sendable {
    /// The number of slots for handlers and for providers that are being created.
    static let runSlots = 255
    static let name = "crash-slots"

    static let size = MemoryLayout<crash_slot>.stride * (runSlots + 2)

    private let base: UnsafeMutableRawPointer
    private let free = Mutex((1...CrashFile.runSlots).reversed().map { $0 })

    private init(_ base: UnsafeMutableRawPointer) {
        self.base = base
    }

    /// The result of opening a crash file.
    struct Opened {
        let file: CrashFile
        /// The report of the last life; nil if there was none.
        let report: CrashReport?
        /// Why crashes cannot be, or could not be, attributed, for the journal. An error of the file never stops the
        /// start.
        let warnings: [String]
    }

    /// Takes over the file of a state directory, whose lock the caller holds, and analyses why the last life ended. The
    /// file is not changed until ``begin()``.
    package static func takeOver(
        in directory: String, at now: Instant
    ) -> (file: CrashFile, analysis: CrashAnalysis?, warnings: [String]) {
        let opened = open(in: directory)
        return (
            opened.file, opened.report.map { CrashAnalysis($0, now: now, boot: bootMoment) }, opened.warnings
        )
    }

    /// Empties the file and begins a new life: from now on the file keeps marks, and the signal handler records signals
    /// that end the process. Call it once the ledger has recorded the file's analysis.
    ///
    /// - Returns: False if the signal handler cannot be installed. Signals are then not recorded.
    package func begin() -> Bool {
        begin(life: .random(in: .min ... .max), boot: Self.bootMoment)
        return crash_handler_install(header)
    }

    /// The time of the machine's boot by its wall clock, in seconds. It distinguishes one boot from another.
    private static var bootMoment: Int64 {
        var (now, sinceBoot) = (timespec(), timespec())
        clock_gettime(CLOCK_REALTIME, &now)
        clock_gettime(CLOCK_BOOTTIME, &sinceBoot)
        return Int64(now.tv_sec - sinceBoot.tv_sec)
    }

    /// Opens the file of a state directory. The file is not changed until ``begin(life:boot:)``.
    ///
    /// A file that is not a crash file of this version is renamed to `crash-slots.damaged`. If no file can be created,
    /// marks go to memory that is lost with the process.
    static func open(in directory: String) -> Opened {
        let path = directory + "/" + name
        var warnings: [String] = []
        var report: CrashReport?
        do {
            report = try readReport(path, &warnings)
        } catch {
            warnings.append("\(path): \(error.reason); it was set aside as \(name).damaged")
            if rename(path, path + ".damaged") != 0 {
                warnings.append("\(path): it cannot be renamed: \(String(cString: strerror(errno)))")
                return Opened(file: inMemory(), report: nil, warnings: warnings)
            }
        }
        do {
            return Opened(file: CrashFile(try map(path)), report: report, warnings: warnings)
        } catch {
            warnings.append("\(path): \(error.reason); a crash before the next start will have no name")
            return Opened(file: inMemory(), report: report, warnings: warnings)
        }
    }

    /// Keeps marks in memory only: for a check of the configuration, and if no file can be created.
    package static func inMemory() -> CrashFile {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        return CrashFile(memory)
    }

    /// Empties the file and begins a new life.
    func begin(life: UInt64, boot: Int64) {
        let header = base.bindMemory(to: crash_header.self, capacity: 1)
        memset(base, 0, Self.size)
        header.pointee.slot_count = UInt32(Self.runSlots + 1)
        header.pointee.slot_size = UInt32(MemoryLayout<crash_slot>.stride)
        header.pointee.life = life
        header.pointee.boot = boot
        header.pointee.version = CRASH_FILE_VERSION
        header.pointee.magic = CRASH_FILE_MAGIC
        header.pointee.running = 1
    }

    /// Ends the life in order. Code that is still running is not blamed afterwards.
    package func close() {
        header.pointee.running = 0
    }

    /// The engine's slot.
    var engine: CrashSlot { slot(0) }

    /// Marks provider code as running until ``CrashMark/leave()``. `now` is the monotonic clock in nanoseconds.
    package func enter(_ location: CodeLocation, now: UInt64) -> CrashMark {
        let slot = take()
        slot?.enter(location, now: now)
        return CrashMark(file: self, slot: slot)
    }

    /// Takes a free slot. Returns nil if all are taken; the code is then counted as unmarked until ``giveBack(_:)``.
    func take() -> CrashSlot? {
        let index = free.withLock { $0.popLast() }
        guard let index else {
            crash_unmarked_add(header, 1)
            return nil
        }
        return slot(index)
    }

    func giveBack(_ slot: CrashSlot?) {
        guard let slot else { return crash_unmarked_add(header, -1) }
        slot.leave()
        free.withLock { $0.append(slot.index) }
    }

    private var header: UnsafeMutablePointer<crash_header> { base.assumingMemoryBound(to: crash_header.self) }

    private func slot(_ index: Int) -> CrashSlot {
        CrashSlot(
            index: index,
            pointer: (base + MemoryLayout<crash_slot>.stride * (index + 1)).assumingMemoryBound(to: crash_slot.self))
    }

    /// The present content of the file.
    var report: CrashReport? {
        try? CrashReport(UnsafeRawBufferPointer(start: base, count: Self.size))
    }
}

/// Why there is no crash file.
struct CrashFileError: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
    init(_ call: String, _ code: CInt) { reason = "\(call): \(String(cString: strerror(code)))" }
}

extension CrashFile {
    private static func readReport(_ path: String, _ warnings: inout [String]) throws(CrashFileError) -> CrashReport? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw CrashFileError("open", errno)
        }
        defer { Glibc.close(descriptor) }
        // The buffer is one byte longer than the file must be, so that a longer file is detected.
        var bytes = [UInt8](repeating: 0, count: size + 1)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count >= 0 else { throw CrashFileError("read", errno) }
        // The daemon was killed between creating the file and filling it.
        if bytes[..<count].allSatisfy({ $0 == 0 }), count <= size { return nil }
        let read = bytes.withUnsafeBytes { bytes in
            Result { () throws(CrashFileError) in try CrashReport(UnsafeRawBufferPointer(rebasing: bytes[..<count])) }
        }
        let report = try read.get()
        if report.unreadable > 0 {
            warnings.append("\(path): \(report.unreadable) slots cannot be read and were left out")
        }
        return report
    }

    private static func map(_ path: String) throws(CrashFileError) -> UnsafeMutableRawPointer {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw CrashFileError("open", errno) }
        defer { Glibc.close(descriptor) }
        // Allocates the file's blocks: on a full disk, a store into a hole would raise SIGBUS.
        let code = posix_fallocate(descriptor, 0, off_t(size))
        guard code == 0 else { throw CrashFileError("posix_fallocate", code) }
        guard let base = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), base != MAP_FAILED else {
            throw CrashFileError("mmap", errno)
        }
        return base
    }
}
