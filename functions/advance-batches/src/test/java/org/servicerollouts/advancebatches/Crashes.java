package org.servicerollouts.advancebatches;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.servicerollouts.store.InterposedClient;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.lambda.model.UpdateAliasRequest;

/**
 * Kills the machine that makes the n-th call of DynamoDB, Lambda or CloudWatch in a story, before
 * or after the call; others live on. Questions to the due index are not counted: they change
 * nothing, so that dying at one is dying before the call after it.
 */
final class Crashes {
  private static final ExecutionAttribute<Boolean> IS_LAST =
      new ExecutionAttribute<>("the last call of this machine");

  private final int at;
  private final boolean made;
  private final AtomicInteger calls = new AtomicInteger();

  /**
   * @param at the call at which it happens, counted from 1
   * @param made whether that call is still made
   */
  Crashes(int at, boolean made) {
    this.at = at;
    this.made = made;
  }

  /** Whether the story had as many calls. */
  boolean happened() {
    return calls.get() >= at;
  }

  /** What a machine dies of. */
  static final class Crash extends Error {
    private static final long serialVersionUID = 1;
  }

  /** A new machine. */
  Stage.Machine machine(Stage stage) {
    Life life = new Life();
    return stage.machine(client -> new Mortal(client, life), new MortalHttp(life));
  }

  /** One machine's. */
  private final class Life {
    private final AtomicBoolean isOver = new AtomicBoolean();

    /**
     * Whether this call is to be its last.
     *
     * @param changes whether it changes anything: to die after one that does not is to die before
     *     the next
     */
    boolean counts(boolean changes) {
      go();
      boolean isLast = (changes || !made) && calls.incrementAndGet() == at;
      if (isLast && !made) {
        die();
      }
      return isLast;
    }

    void go() {
      if (isOver.get()) {
        throw new Crash();
      }
    }

    void die() {
      isOver.set(true);
      throw new Crash();
    }
  }

  private static final class Mortal extends InterposedClient {
    private final Life life;

    Mortal(DynamoDbClient real, Life life) {
      super(real);
      this.life = life;
    }

    @Override
    protected <I extends DynamoDbRequest, O> O around(I request, Function<I, O> send) {
      if (Requests.asksIndex(request)) {
        life.go();
        return send.apply(request);
      }
      boolean isLast = life.counts(Requests.writes(request));
      O answer = send.apply(request);
      if (isLast) {
        life.die();
      }
      return answer;
    }
  }

  private static final class MortalHttp implements ExecutionInterceptor {
    private final Life life;

    MortalHttp(Life life) {
      this.life = life;
    }

    @Override
    public void beforeTransmission(Context.BeforeTransmission call, ExecutionAttributes of) {
      boolean changes = call.request() instanceof UpdateAliasRequest;
      of.putAttribute(IS_LAST, life.counts(changes));
    }

    @Override
    public void afterTransmission(Context.AfterTransmission call, ExecutionAttributes of) {
      if (of.getAttribute(IS_LAST)) {
        life.die();
      }
    }
  }
}
