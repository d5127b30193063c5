internal import Foundation

/// Memory that holds one or many documents: written once, then only read, freed with its last reader.
/// `@unchecked Sendable`: nothing writes to the memory after `init`.
package final class Storage: @unchecked Sendable {
  let base: UnsafeRawPointer
  package let count: Int

  /// Takes over memory that came from `malloc`.
  init(adopting base: UnsafeRawPointer, count: Int) {
    self.base = base
    self.count = count
  }

  /// Copies the bytes.
  package convenience init(copying bytes: UnsafeRawBufferPointer) {
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(bytes.count, 1), alignment: 8)
    if let source = bytes.baseAddress { memory.copyMemory(from: source, byteCount: bytes.count) }
    self.init(adopting: UnsafeRawPointer(memory), count: bytes.count)
  }

  deinit { base.deallocate() }

  /// Lends the bytes; the pointer must not outlive the closure.
  package func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try withExtendedLifetime(self) {
      try body(UnsafeRawBufferPointer(start: base, count: count))
    }
  }
}

/// Memory that grows while documents are written to it.
final class GrowingMemory {
  private(set) var base: UnsafeMutableRawPointer
  private(set) var capacity: Int
  private(set) var count = 0
  private var owned = true

  init(capacity: Int) {
    self.capacity = max(capacity, 64)
    base = GrowingMemory.allocate(self.capacity)
  }

  deinit { if owned { free(base) } }

  private static func allocate(_ size: Int) -> UnsafeMutableRawPointer {
    guard let memory = malloc(size) else { fatalError("out of memory: \(size) bytes") }
    return memory
  }

  @inline(__always)
  func reserve(_ extra: Int) {
    if count + extra > capacity { grow(extra) }
  }

  @inline(never)
  private func grow(_ extra: Int) {
    capacity = max(capacity + capacity / 2, count + extra)
    guard let memory = realloc(base, capacity) else {
      fatalError("out of memory: \(capacity) bytes")
    }
    base = memory
  }

  @inline(__always)
  func append(byte: UInt8) {
    reserve(1)
    base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    count += 1
  }

  @inline(__always)
  func append(_ source: UnsafeRawPointer, _ length: Int) {
    reserve(length)
    (base + count).copyMemory(from: source, byteCount: length)
    count += length
  }

  @inline(__always)
  func append<T: BitwiseCopyable>(raw value: T) {
    reserve(MemoryLayout<T>.size)
    base.storeBytes(of: value, toByteOffset: count, as: T.self)
    count += MemoryLayout<T>.size
  }

  @inline(__always)
  func store<T: BitwiseCopyable>(raw value: T, at offset: Int) {
    base.storeBytes(of: value, toByteOffset: offset, as: T.self)
  }

  /// Gives what was written away, cut to its length, and goes on with new memory of that size.
  func take(leaving capacity: Int) -> Storage {
    let storage = Storage(
      adopting: UnsafeRawPointer(realloc(base, max(count, 1)) ?? base), count: count)
    self.capacity = capacity
    base = GrowingMemory.allocate(capacity)
    count = 0
    return storage
  }

  func truncate(to newCount: Int) { count = newCount }

  /// Gives the memory away, cut to its length.
  func finish() -> Storage {
    owned = false
    return Storage(adopting: UnsafeRawPointer(realloc(base, max(count, 1)) ?? base), count: count)
  }
}
