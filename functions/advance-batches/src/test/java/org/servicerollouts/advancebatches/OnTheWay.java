package org.servicerollouts.advancebatches;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;

/** What happens to calls between a driver and AWS. */
final class OnTheWay {
  private OnTheWay() {}

  /** Passes all on to whoever is named last. */
  static final class Relay implements ExecutionInterceptor {
    private volatile ExecutionInterceptor to = new ExecutionInterceptor() {};

    void to(ExecutionInterceptor next) {
      to = next;
    }

    @Override
    public void beforeTransmission(Context.BeforeTransmission call, ExecutionAttributes of) {
      to.beforeTransmission(call, of);
    }

    @Override
    public void afterTransmission(Context.AfterTransmission call, ExecutionAttributes of) {
      to.afterTransmission(call, of);
    }
  }

  /** Something happens just before the next call of this operation is sent. */
  static ExecutionInterceptor justBefore(String operation, Runnable what) {
    AtomicBoolean happened = new AtomicBoolean();
    return new ExecutionInterceptor() {
      @Override
      public void beforeTransmission(Context.BeforeTransmission call, ExecutionAttributes of) {
        boolean isIt = of.getAttribute(SdkExecutionAttribute.OPERATION_NAME).equals(operation);
        if (isIt && !happened.getAndSet(true)) {
          what.run();
        }
      }
    };
  }

  /** Something happens just after the next call of this operation was answered. */
  static ExecutionInterceptor justAfter(String operation, Runnable what) {
    AtomicBoolean happened = new AtomicBoolean();
    return new ExecutionInterceptor() {
      @Override
      public void afterTransmission(Context.AfterTransmission call, ExecutionAttributes of) {
        boolean isIt = of.getAttribute(SdkExecutionAttribute.OPERATION_NAME).equals(operation);
        if (isIt && !happened.getAndSet(true)) {
          what.run();
        }
      }
    };
  }

  /** Each way, there and back, takes up to so long. */
  static ExecutionInterceptor slow(SimulatedTime time, Duration longest, Random random) {
    return new ExecutionInterceptor() {
      @Override
      public void beforeTransmission(Context.BeforeTransmission call, ExecutionAttributes of) {
        takesTime();
      }

      @Override
      public void afterTransmission(Context.AfterTransmission call, ExecutionAttributes of) {
        takesTime();
      }

      private void takesTime() {
        time.pass(Duration.ofMillis(1 + random.nextInt((int) longest.toMillis())));
      }
    };
  }
}
