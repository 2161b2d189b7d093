import ConciergeKit
import Glibc

/// The faults that provider code must not have.
enum Trouble: String, Choice {
    case none
    case fatal
    case index
    case overflow
    case fault
    case endless
    case slow
    /// The process sends SIGKILL to itself, as the kernel kills it if memory runs out.
    case kill
    /// A trap on a thread that the code starts, and that no mark attributes to it.
    case elsewhere

    var words: Text { Text(verbatim: rawValue) }

    func happen() {
        switch self {
        case .none: break
        case .fatal: fatalError("asked for")
        case .index: _ = [1, 2, 3][Int(getpid())]
        case .overflow: _ = deeper(1)
        case .fault: UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
        case .endless: while getpid() > 0 {}
        case .slow: usleep(30_000)
        case .kill: _ = Glibc.kill(getpid(), SIGKILL)
        case .elsewhere:
            var thread = pthread_t()
            pthread_create(&thread, nil, { _ in fatalError("asked for, elsewhere") }, nil)
            while getpid() > 0 { pause() }
        }
    }

    /// The result of the call is used, so that the compiler cannot make it a tail call.
    @inline(never)
    private func deeper(_ depth: Int) -> Int {
        withUnsafeTemporaryAllocation(byteCount: 256, alignment: 8) { memory in
            memory[0] = UInt8(truncatingIfNeeded: depth)
            return deeper(depth + 1) + Int(memory[0])
        }
    }
}

func words(_ text: String) -> Text { Text(verbatim: text) }
