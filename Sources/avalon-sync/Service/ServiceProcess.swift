internal import Controller
internal import Foundation
internal import Kitsu
internal import Logging
internal import ServiceLifecycle
internal import StatusServer
internal import UnixSignals

/// `avalon-sync run`: the service, until a signal ends it.
///
/// SIGTERM and SIGINT let work that has begun come to its end, at most 45 seconds longer than the drain time
/// where a server hangs; a second one ends it within 3 seconds. SIGHUP
/// reads the settings and mappings again: where they have mistakes these are told and the service goes
/// on as it was, else it goes on with them.
actor ServiceProcess {
  private struct Loaded {
    let settings: Settings
    let world: LiveWorld
    let choices: ServiceChoices
    let address: ListenAddress
    let level: Logger.Level
  }

  private let read: @Sendable () throws -> (Settings, ServiceChoices)
  private let manager = ServiceManager()
  private var logger: Logger
  private var group: ServiceGroup?
  private var worker: Task<Void, any Error>?
  private var next: Loaded?
  private var isStopping = false
  /// How long work that has begun may take when the service stops.
  private var drainTime = Duration.zero
  /// What was counted is kept when the settings are read again.
  private let registry = MetricsRegistry()
  /// The end that does not wait for work under way.
  private var ending: (at: ContinuousClock.Instant, task: Task<Void, Never>)?

  /// - Parameter read: reads the settings anew.
  init(_ read: @escaping @Sendable () throws -> (Settings, ServiceChoices)) {
    self.read = read
    logger = Logger(label: "avalon-sync") { _ in ServiceLogHandler(.text) }
  }

  /// - Throws: where the settings or mappings cannot be used at the start.
  func run() async throws {
    // A signal that comes while the settings are read ends nothing unseen.
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
    var loaded = try load()
    let listener = Task {
      for await signal in signals { await self.take(signal) }
    }
    defer { listener.cancel() }
    var address: ListenAddress?
    while true {
      do {
        try await serve(loaded)
        await loaded.world.close()
      } catch let error as StatusServerError {
        await loaded.world.close()
        guard !isStopping, let before = address, before != loaded.address else { throw error }
        logger.error(
          "it cannot listen where the new settings say, and does where it did",
          metadata: ["error": "\(error)"])
        loaded = try make(loaded.settings, loaded.choices, at: before)
        continue
      }
      guard !isStopping, let next else { break }
      (address, loaded, self.next) = (loaded.address, next, nil)
      logger.notice("settings and mappings were read again")
    }
    logger.notice("stopped")
  }

  private func load() throws -> Loaded {
    let (settings, choices) = try read()
    return try make(settings, choices)
  }

  /// A service that runs is not given up for settings that cannot be used.
  private func loadChecked() throws -> Loaded {
    let (settings, choices) = try read()
    for target in settings.targets.values { try check(target, settings) }
    return try make(settings, choices)
  }

  /// What is wrong with an address whatever the server says. The usual one may be missing where others are
  /// named.
  private func check(_ target: TargetSettings, _ settings: Settings) throws {
    if case .failure = target.address, settings.targets.count > 1,
      target.name == TargetSettings.defaultName
    {
      return
    }
    guard try !target.address.get().hasPrefix(Settings.dumpScheme) else { return }
    _ = try Targets.store(target)
    _ = try Journals.records(target, settings.controllerDatabase)
  }

  /// - Parameter known: where it listens; nil for where the settings say.
  private func make(
    _ settings: Settings, _ choices: ServiceChoices, at known: ListenAddress? = nil
  ) throws -> Loaded {
    let listen = choices.listen
    guard let address = known ?? listen.map(ListenAddress.init) ?? .usual else {
      throw SettingsError("'\(listen ?? "")' is nowhere to listen: host:port is expected")
    }
    return Loaded(
      settings: settings,
      world: try LiveWorld(
        settings, feed: choices.feed, leaseTime: choices.settings.leaseTime), choices: choices,
      address: address,
      level: settings.logLevel)
  }

  private func serve(_ loaded: Loaded) async throws {
    logger = Logger(label: "avalon-sync") { _ in ServiceLogHandler(loaded.choices.logFormat) }
    logger.logLevel = min(loaded.level, .notice)
    Remark.log(to: logger)
    let controller = ServiceController(
      loaded.world, loaded.choices.settings,
      ServiceIdentity(version: Version.text, host: ProcessInfo.processInfo.hostName),
      clock: .system, metrics: ServiceMetrics(registry), logger: logger)
    let steward = steward(of: controller, loaded)
    let server = StatusServer(at: loaded.address, controller, metrics: registry, logger: logger)
    // The last to end is the first here: the page shows the work that is still to be done.
    var configuration = ServiceGroupConfiguration(
      services: [
        .init(service: server),
        .init(
          service: ControllerService(controller: controller),
          successTerminationBehavior: .gracefullyShutdownGroup),
      ], logger: quiet)
    drainTime = loaded.choices.settings.drainTime
    configuration.maximumGracefulShutdownDuration = drainTime
    let group = ServiceGroup(configuration: configuration)
    self.group = group
    let worker = Task { try await group.run() }
    self.worker = worker
    let watchdog = Task { await keepAlive(controller) }
    let steering = Task { await steward.run() }
    tell { () throws(ServiceManagerError) in try manager.ready() }
    defer {
      watchdog.cancel()
      steering.cancel()
      self.group = nil
      self.worker = nil
    }
    let end = await worker.result
    steering.cancel()
    await steering.value
    await steward.finish()
    do {
      try end.get()
    } catch is CancellationError {
      logger.warning("work that had begun was ended")
    }
  }

  private func steward(of controller: ServiceController, _ loaded: Loaded) -> Steward {
    let host = ProcessInfo.processInfo.hostName
    let notifier = Notifier(loaded.choices.notify, host: host, clock: .system, logger: logger)
    let world = loaded.world
    return Steward(
      controller, notifier: notifier, replica: "\(host)/\(UUID().uuidString)", host: host,
      logger: logger
    ) { await world.serviceRecords() }
  }

  /// Shows the service manager that work is handed out, as long as it is, and what the service is at.
  private func keepAlive(_ controller: ServiceController) async {
    guard manager.socket != nil else { return }
    let longest = Duration.seconds(10)
    let interval = min(manager.watchdogInterval ?? longest, longest)
    var said = ""
    while !Task.isCancelled {
      if await controller.isAlive {
        tell { () throws(ServiceManagerError) in try manager.watchdog() }
      }
      let line = await controller.report().line
      if line != said {
        tell { () throws(ServiceManagerError) in try manager.status(line) }
        said = line
      }
      do { try await Task.sleep(for: interval) } catch { return }
    }
  }

  /// A service manager that does not listen is no reason to stop.
  private func tell(_ message: () throws(ServiceManagerError) -> Void) {
    do throws(ServiceManagerError) {
      try message()
    } catch {
      logger.debug("the service manager was not told", metadata: ["error": "\(error)"])
    }
  }

  /// The group tells of its own comings and goings, which nobody has to know.
  private var quiet: Logger {
    var quiet = logger
    quiet.logLevel = .error
    return quiet
  }

  private func take(_ signal: UnixSignal) async {
    switch signal {
    case .sighup: await reload()
    case _ where isStopping:
      worker?.cancel()
      end(within: .seconds(3))
    default:
      isStopping = true
      tell { () throws(ServiceManagerError) in try manager.stopping() }
      logger.notice("it stops when the work that has begun is done")
      end(within: drainTime + .seconds(45))
      await group?.triggerGracefulShutdown()
    }
  }

  /// A call to a MongoDB that hangs cannot be cancelled. The journal tells the next run what had begun.
  private func end(within time: Duration) {
    let end = ContinuousClock.now + time
    if let ending, ending.at <= end { return }
    ending?.task.cancel()
    let task = Task {
      do { try await Task.sleep(until: end) } catch { return }
      logger.warning("it ends with work under way: a server does not answer")
      _exit(1)
    }
    ending = (end, task)
  }

  private func reload() async {
    guard !isStopping else { return }
    tell { () throws(ServiceManagerError) in try manager.reloading() }
    do {
      next = try loadChecked()
      await group?.triggerGracefulShutdown()
    } catch {
      logger.error(
        "the settings were not read again, and nothing has changed",
        metadata: ["error": "\(error)"])
      tell { () throws(ServiceManagerError) in try manager.ready() }
    }
  }
}

/// Works until the group is to shut down, and then as long as work that has begun takes.
struct ControllerService: Service {
  let controller: ServiceController

  func run() async throws {
    await withGracefulShutdownHandler {
      await controller.run()
    } onGracefulShutdown: {
      Task { await controller.stop() }
    }
  }
}
