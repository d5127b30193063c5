/// Kitsu's answers for an invented TV production of any size, byte for byte as Zou 1.0.97 writes them:
/// the boards of shots and assets in compact form, five tasks a shot or asset.
///
/// The same numbers give the same bytes. Sizes are in proportion to those of `seed-big`: 50 shots a
/// sequence, 500 an episode.
struct GeneratedProduction {
  let shotCount: Int
  /// None for the figures of the engine, a fifth of the shots else.
  let assetCount: Int

  static let peopleCount = 65
  static let shotTaskTypes = ["Layout", "Animation", "FX", "Lighting", "Compositing"]
  static let assetTaskTypes = ["Concept", "Modeling", "Rigging", "Shading", "Grooming"]
  static let statuses = ["todo", "ready", "wip", "wfa", "retake", "done"]
  static let assetTypes = ["Character", "Prop", "Environment", "FX"]

  var episodeCount: Int { max(1, shotCount / 500) }
  var sequenceCount: Int { max(1, shotCount / 50) }
  /// Documents that a mapping makes of it: one of each entity and the project's.
  var documentCount: Int { 1 + episodeCount + sequenceCount + shotCount + assetCount }

  enum Kind: UInt64 {
    case project = 1
    case episode, sequence, shot, asset, task, taskType, taskStatus, entityType, person, department
  }

  // MARK: Boards

  func shots() -> [UInt8] {
    var json = JSONBytes()
    json.raw(#"{"compact":true,"shot_fields":["canceled","data","description","entity_type_id","#)
    json.raw(#""episode_id","episode_name","fps","frame_in","frame_out","id","name","nb_frames","#)
    json.raw(#""parent_id","preview_file_id","project_id","project_name","sequence_id","#)
    json.raw(
      #""sequence_name","source_id","nb_entities_out","is_casting_standby","type","tasks"],"#)
    json.raw(#""task_fields":["id","duration","due_date","end_date","done_date","entity_id","#)
    json.raw(#""estimation","is_subscribed","last_comment_date","last_preview_file_id","#)
    json.raw(#""nb_assets_ready","priority","real_start_date","retake_count","start_date","#)
    json.raw(#""difficulty","nb_drawings","task_status_id","task_type_id","assignees","data"],"#)
    json.raw(#""rows":["#)
    for index in 0..<shotCount {
      json.raw(index == 0 ? "[" : ",[")
      shot(index, &json)
      json.raw("]")
    }
    json.raw("]}")
    return json.bytes
  }

  private func shot(_ index: Int, _ json: inout JSONBytes) {
    let sequence = index * sequenceCount / shotCount
    let episode = sequence * episodeCount / sequenceCount
    let frames = 24 + Int(JSONBytes.mixed(UInt64(index)) % 217)
    json.raw(#"false,{"fps":"25","frame_in":1001,"frame_out":\#(1000 + frames),"handles":8,"#)
    json.raw(#""time_of_day":"dusk"},"Wide of the town, gulls cross left to right.","#)
    json.id(Kind.entityType.rawValue, 0)
    json.raw(",")
    json.id(Kind.episode.rawValue, episode)
    json.raw(#","E\#(episode + 1)","25",1001,\#(1000 + frames),"#)
    json.id(Kind.shot.rawValue, index)
    json.raw(#","SH\#(1000 + index % 50 * 10)",\#(frames),"#)
    json.id(Kind.sequence.rawValue, sequence)
    json.raw(#","","#)
    json.id(Kind.project.rawValue, 0)
    json.raw(#","Benchmark","#)
    json.id(Kind.sequence.rawValue, sequence)
    json.raw(#","SQ\#(sequence + 1000)",null,3,false,"Shot",["#)
    for place in 0..<5 {
      json.raw(place == 0 ? "[" : ",[")
      shotTask(index, place, &json)
      json.raw("]")
    }
    json.raw("]")
  }

  private func shotTask(_ shot: Int, _ place: Int, _ json: inout JSONBytes) {
    let task = shot * 5 + place
    json.id(Kind.task.rawValue, task)
    json.raw(#",1200.0,"2026-07-21T09:00:00",null,null,"#)
    json.id(Kind.shot.rawValue, shot)
    json.raw(#",480.0,false,null,null,0,\#(task % 3),"2026-07-18T09:00:00",0,"#)
    json.raw(#""2026-07-18T09:00:00",2,0,"#)
    json.id(Kind.taskStatus.rawValue, task % GeneratedProduction.statuses.count)
    json.raw(",")
    json.id(Kind.taskType.rawValue, place)
    json.raw(",[")
    json.id(Kind.person.rawValue, task % GeneratedProduction.peopleCount)
    json.raw("],null")
  }

  func assets() -> [UInt8] {
    var json = JSONBytes()
    json.raw(#"{"compact":true,"asset_fields":["id","name","preview_file_id","description","#)
    json.raw(#""asset_type_name","asset_type_id","canceled","ready_for","episode_id","#)
    json.raw(#""casting_episode_ids","is_casting_standby","is_shared","data","tasks"],"#)
    json.raw(#""task_fields":["id","due_date","done_date","duration","entity_id","estimation","#)
    json.raw(#""end_date","is_subscribed","last_comment_date","last_preview_file_id","priority","#)
    json.raw(#""real_start_date","retake_count","start_date","difficulty","task_status_id","#)
    json.raw(#""task_type_id","assignees","data"],"rows":["#)
    for index in 0..<assetCount {
      json.raw(index == 0 ? "[" : ",[")
      asset(index, &json)
      json.raw("]")
    }
    json.raw("]}")
    return json.bytes
  }

  private func asset(_ index: Int, _ json: inout JSONBytes) {
    let type = index % GeneratedProduction.assetTypes.count
    let typeName = GeneratedProduction.assetTypes[type]
    json.id(Kind.asset.rawValue, index)
    json.raw(#","\#(typeName) Storm Coat \#(10_000 + index)","","Prop for the fish market.","#)
    json.raw(#""\#(typeName)","#)
    json.id(Kind.entityType.rawValue, 1 + type)
    json.raw(#",false,"None","#)
    json.id(Kind.episode.rawValue, index % episodeCount)
    json.raw(#",[],false,false,{"complexity":"medium"},["#)
    for place in 0..<5 {
      json.raw(place == 0 ? "[" : ",[")
      assetTask(index, place, &json)
      json.raw("]")
    }
    json.raw("]")
  }

  private func assetTask(_ asset: Int, _ place: Int, _ json: inout JSONBytes) {
    let task = (shotCount + asset) * 5 + place
    json.id(Kind.task.rawValue, task)
    json.raw(#","2026-07-21T09:00:00",null,960.0,"#)
    json.id(Kind.asset.rawValue, asset)
    json.raw(#",480.0,null,false,null,null,\#(task % 3),"2026-07-18T09:00:00",1,"#)
    json.raw(#""2026-07-18T09:00:00",3,"#)
    json.id(Kind.taskStatus.rawValue, task % GeneratedProduction.statuses.count)
    json.raw(",")
    json.id(Kind.taskType.rawValue, GeneratedProduction.shotTaskTypes.count + place)
    json.raw(",[")
    json.id(Kind.person.rawValue, task % GeneratedProduction.peopleCount)
    json.raw("],null")
  }
}
