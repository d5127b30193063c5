internal import Identity
internal import Kitsu
package import Logging
internal import Report

/// Which of several services this is.
package struct ServiceIdentity: Sendable {
  package let version: String
  package let host: String

  package init(version: String, host: String) {
    self.version = version
    self.host = host
  }
}

/// The service: keeps every project of Avalon as Kitsu and its mapping say, until it is stopped.
///
/// Level-triggered: whatever is heard only marks projects, and a reconcile looks at the world, so
/// that a lost event costs time and never truth. Every write goes through a plan.
///
/// Guarantees: a project is never worked on twice at once; what goes wrong with one stops no other;
/// nothing here throws or ends before ``stop()`` or the end of its task.
package actor ServiceController {
  let world: any ServiceWorld
  let settings: ServiceSettings
  let clock: ServiceClock
  let logger: Logger
  let metrics: ServiceMetrics
  /// Who we are, for reports.
  let identity: ServiceIdentity
  let startedAt: Int64
  private let bell = Bell()

  var queue: WorkQueue
  var projects: [EntityID: TrackedProject] = [:]
  var header: ReportHeader?
  var contact = Contact()
  var feed: FeedStatus
  var surveys = SurveyState()
  var steering = SteeringState()
  var sharing = SharingState()
  /// Projects whose journal is tidied up.
  var keeping: Set<EntityID> = []
  private(set) var isStopping = false
  /// When the loop that hands out work last went round.
  private var lastTurn: Duration = .zero

  package init(
    _ world: any ServiceWorld, _ settings: ServiceSettings, _ identity: ServiceIdentity,
    clock: ServiceClock, metrics: ServiceMetrics, logger: Logger
  ) {
    self.world = world
    self.settings = settings
    self.identity = identity
    self.clock = clock
    self.metrics = metrics
    self.logger = logger
    startedAt = clock.now()
    queue = WorkQueue(settings.queue)
    feed = FeedStatus(since: clock.now())
  }

  /// Works until ``stop()``, and then as long as work that has begun takes. Cancelling the task ends
  /// that, too.
  package func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.listen() }
      group.addTask { await self.sweep() }
      group.addTask { await self.tick() }
      group.addTask { await self.share() }
      while !isDone {
        lastTurn = clock.elapsed()
        while !isStopping, let work = queue.next(at: clock.elapsed()) {
          let began = clock.moment
          group.addTask { await self.perform(work, began) }
        }
        await bell.wait(atMost: pause)
      }
      group.cancelAll()
    }
    await leave()
  }

  private var isDone: Bool { Task.isCancelled || (isStopping && queue.running == 0) }

  /// How long nothing is due, and short enough that the loop is seen to live.
  private var pause: Duration {
    let longest = Duration.seconds(5)
    guard !isStopping, let wake = queue.wake(at: clock.elapsed()) else { return longest }
    return min(longest, max(.zero, wake - clock.elapsed()))
  }

  /// No work is begun any more; what has begun ends.
  package func stop() {
    isStopping = true
    bell.ring()
  }

  /// Whether the loop that hands out work goes round.
  package var isAlive: Bool { clock.elapsed() - lastTurn < .seconds(60) }

  // MARK: Marks

  /// - Parameter news: since when Kitsu has what this tells of.
  func mark(
    _ project: EntityID, _ hint: ChangeHint, _ trigger: Trigger, news: Duration? = nil
  ) {
    guard isOurs(project) else {
      if trigger == .event, projects[project] != nil { sharing.heard[project] = clock.elapsed() }
      return
    }
    queue.mark(project, hint, trigger, news: news, at: clock.elapsed())
    bell.ring()
  }

  func markAll(_ hint: ChangeHint, _ trigger: Trigger, news: Duration? = nil) {
    for project in projects.keys { mark(project, hint, trigger, news: news) }
  }

  func end(_ project: EntityID, _ result: WorkResult) {
    queue.end(project, result, at: clock.elapsed(), chance: clock.chance())
    bell.ring()
  }
}
