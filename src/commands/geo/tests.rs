use crate::commands::testing::Session;

fn sicily() -> Session {
    let mut session = Session::new();
    let added = session.run("geoadd s CH 13.361389 38.115556 Palermo 15.087269 37.502669 Catania");
    assert_eq!(added, ":2");
    session
}

#[test]
fn places_are_scores_and_the_log_is_told_of_those() {
    let mut session = sicily();
    let told = "zadd s CH 3479099956230698 Palermo 3479447370796909 Catania";
    assert_eq!(session.told(), [told]);
    assert_eq!(session.run("geoadd s nx 13 38 Palermo"), ":0");
    assert!(session.told().is_empty());
    assert_eq!(session.run("geodist s Palermo Catania"), "$11 166274.1516");
    assert_eq!(session.run("geodist s Palermo Palermo"), "$6 0.0000");
    session.resp3();
    assert_eq!(
        session.run("geopos s Palermo nosuch"),
        "*2 *2 ,13.36138933897018433 ,38.11555639549629859 _"
    );
}

#[test]
fn what_is_found_is_ordered_and_counted() {
    let mut session = sicily();
    let by = |rest: &str| format!("geosearch s fromlonlat 15 37 byradius 200 km {rest}");
    assert_eq!(session.run(&by("asc")), "*2 $7 Catania $7 Palermo");
    assert_eq!(session.run(&by("desc")), "*2 $7 Palermo $7 Catania");
    assert_eq!(session.run(&by("count 1")), "*1 $7 Catania");
    assert_eq!(
        session.run(&by("desc count 1 withdist")),
        "*1 *2 $7 Palermo $8 190.4424"
    );
    assert_eq!(
        session.run("geosearch s frommember Catania bybox 10 10 m"),
        "*1 $7 Catania"
    );
    assert_eq!(
        session.run("geosearch none frommember x bybox 10 10 m"),
        "*0"
    );
}

#[test]
fn storing_replaces_and_removes() {
    let mut session = sicily();
    session.run("set target text");
    let store = "geosearchstore target s fromlonlat 15 37 byradius 200 km storedist";
    assert_eq!(session.run(store), ":2");
    assert!(
        session
            .run("zscore target Catania")
            .contains(" 56.4412578701582")
    );
    assert_eq!(session.told().last().unwrap(), store);
    assert_eq!(session.run("georadius s 0 0 1 m store target"), ":0");
    assert_eq!(session.run("exists target"), ":0");
    assert_eq!(
        session.run("georadiusbymember s Palermo 1 km store target"),
        ":1"
    );
    assert_eq!(session.run("zscore target Palermo"), "$16 3479099956230698");
}
