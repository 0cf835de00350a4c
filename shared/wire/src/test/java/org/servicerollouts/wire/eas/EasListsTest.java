package org.servicerollouts.wire.eas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerollouts.wire.Samples.ALICE;
import static org.servicerollouts.wire.Samples.NOW;
import static org.servicerollouts.wire.Samples.problem;
import static org.servicerollouts.wire.Samples.replicas;
import static org.servicerollouts.wire.Samples.traffic;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerollouts.domain.Event;
import org.servicerollouts.domain.Kind;
import org.servicerollouts.domain.NewService;
import org.servicerollouts.domain.Service;
import org.servicerollouts.domain.ServiceName;
import org.servicerollouts.domain.StateMachine;
import org.servicerollouts.wire.Json;
import org.servicerollouts.wire.Query;
import org.servicerollouts.wire.Samples;

class EasListsTest {
  private static final String ID = "40325405-579C-4D82-AAAA-000000000000";

  /** Made {@code after} seconds after the others. */
  private static Service service(String name, int after) {
    return NewService.empty(
            new ServiceName(name),
            Kind.REPLICA,
            3,
            "",
            Optional.empty(),
            ALICE,
            NOW.plusSeconds(after))
        .service();
  }

  private static final Service OLD_FOO = service("foo.cn-shanghai", 0);
  private static final Service BAR = service("bar.cn-shanghai", 1);
  private static final Service NEW_FOO = service("foo-2.cn-beijing", 2);
  private static final Service ALSO_BAR = service("also-bar.cn-shanghai", 1);
  private static final List<Service> ALL =
      List.of(OLD_FOO, BAR, traffic(), NEW_FOO, ALSO_BAR, deleted());

  private static Service deleted() {
    Service service = service("gone.cn-shanghai", 5);
    Event.DeleteService delete = new Event.DeleteService(Duration.ZERO, ALICE);
    return Samples.changed(StateMachine.decide(service, delete, NOW.plusSeconds(6))).next();
  }

  private static List<String> select(String query) {
    return EasListServicesRequest.of(Query.parse(query)).select(ALL).stream()
        .map(service -> service.name().value())
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x=1|foo-2.cn-beijing also-bar.cn-shanghai bar.cn-shanghai foo.cn-shanghai",
        "Order=desc&Sort=CreateTime|foo-2.cn-beijing also-bar.cn-shanghai bar.cn-shanghai"
            + " foo.cn-shanghai",
        "Order=asc|foo.cn-shanghai also-bar.cn-shanghai bar.cn-shanghai foo-2.cn-beijing",
        "Filter=foo|foo-2.cn-beijing foo.cn-shanghai",
        "Filter=shanghai|",
        "ServiceName=foo|foo.cn-shanghai",
        "ServiceName=foo&Filter=bar|",
      })
  void selectsTheServicesWithReplicas(String query, String names) {
    assertThat(select(query)).isEqualTo(names == null ? List.of() : List.of(names.split(" ")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "PageNumber=0|PageNumber: \"0\" (expected: a whole number from 1 to 2147483647)",
        "PageNumber=-1|PageNumber: \"-1\" (expected: a whole number from 1 to 2147483647)",
        "PageNumber=9999999999|PageNumber: \"9999999999\" (expected: a whole number from 1 to"
            + " 2147483647)",
        "PageNumber=2147483648|PageNumber: \"2147483648\" (expected: a whole number from 1 to"
            + " 2147483647)",
        "PageSize=0|PageSize: \"0\" (expected: a whole number from 1 to 2147483647)",
        "PageSize=ten|PageSize: \"ten\" (expected: a whole number from 1 to 2147483647)",
        "Order=up|Order: \"up\" (expected: asc or desc)",
        "Sort=Cpu|Sort: \"Cpu\" (expected: CreateTime)",
        "Label=%7B%7D|Label: \"{}\" (expected: none: services are not told apart by it here)",
        "WorkspaceId=7|WorkspaceId: \"7\" (expected: none: services are not told apart by it here)",
      })
  void refuses(String query, String message) {
    assertThat(problem(() -> EasListServicesRequest.of(Query.parse(query))).message())
        .isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource({
    "'',1,100,0,99",
    "'PageNumber=2',2,100,100,119",
    "'PageSize=50&PageNumber=3',3,50,100,119",
    "'PageSize=1000',1,100,0,99",
    "'PageNumber=999999999',999999999,100,-1,-1",
    "'PageNumber=2147483647&PageSize=2147483647',2147483647,100,-1,-1",
  })
  void pages(String query, int number, int size, int first, int last) {
    EasPage page = EasPage.of(Query.parse(query));
    assertThat(page).isEqualTo(new EasPage(number, size));
    List<Integer> shown = page.of(IntStream.range(0, 120).boxed().toList());
    assertThat(shown)
        .isEqualTo(first < 0 ? List.of() : IntStream.rangeClosed(first, last).boxed().toList());
  }

  @Test
  void aPageOfServices() {
    assertThat(
            Json.pretty(EasServicePrinter.services(List.of(OLD_FOO, BAR), new EasPage(2, 1), ID)))
        .isEqualTo(
            """
            {
              "RequestId": "%s",
              "PageNumber": 2,
              "PageSize": 1,
              "TotalCount": 2,
              "Services": [
                {
                  "Region": "cn-shanghai",
                  "ServiceId": "%s",
                  "ServiceName": "bar",
                  "Status": "Waiting",
                  "LatestVersion": 0,
                  "TotalInstance": 3,
                  "RunningInstance": 0,
                  "PendingInstance": 3,
                  "CreateTime": "2026-05-08T16:00:01Z",
                  "UpdateTime": "2026-05-08T16:00:01Z"
                }
              ]
            }
            """
                .formatted(ID, EasVersion.stem(BAR)));
  }

  @Test
  void aPageOfVersions() {
    Service service = replicas(10);
    List<EasVersion> versions =
        List.of(
            new EasVersion(service.revision(2), 2, NOW),
            new EasVersion(service.revision(1), 1, NOW));
    assertThat(Json.compact(EasServicePrinter.versions(versions, new EasPage(1, 1), ID)))
        .isEqualTo(
            "{\"RequestId\":\"%s\",\"PageNumber\":1,\"PageSize\":1,\"TotalCount\":2,\"Versions\":[{\"ImageId\":2,\"BuildTime\":\"2026-05-08T16:00:00Z\",\"Revision\":\"%s\"}]}"
                .formatted(ID, service.revision(2)));
  }

  @Test
  void aRevisionIsAVersion() {
    Service service = replicas(10);
    assertThat(EasVersion.of(service, service.revision(12), NOW))
        .contains(new EasVersion(service.revision(12), 12, NOW));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-v", "-v0", "-v01", "-v1a", "-v9999999999", "-x1"})
  void aConfigOfOtherOriginIsNone(String end) {
    Service service = replicas(10);
    assertThat(EasVersion.of(service, EasVersion.stem(service) + end, NOW)).isEmpty();
    assertThat(EasVersion.of(service, "service-000000-v1", NOW)).isEmpty();
  }
}
