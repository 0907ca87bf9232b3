// One broken screen says so in words and leaves the frame alive. React asks for a class here.
import { Component, type ErrorInfo, type ReactNode } from 'react';
import { Act } from '#renderer/pieces/act.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';

interface Broken {
  readonly error: Error;
  readonly sinceMs: number;
  readonly stack: string;
}

interface Props {
  /** The screen's word, for the sentence. */
  readonly screen: string;
  readonly children: ReactNode;
}

export class ScreenBoundary extends Component<Props, { readonly broken: Broken | null }> {
  override state: { readonly broken: Broken | null } = { broken: null };

  override componentDidCatch(error: unknown, { componentStack }: ErrorInfo): void {
    const known = error instanceof Error ? error : new Error(String(error));
    this.setState({
      broken: { error: known, sinceMs: Date.now(), stack: `${known.stack ?? ''}${componentStack ?? ''}` },
    });
  }

  static getDerivedStateFromError(error: unknown): { readonly broken: Broken } {
    const known = error instanceof Error ? error : new Error(String(error));
    return { broken: { error: known, sinceMs: Date.now(), stack: known.stack ?? '' } };
  }

  override render(): ReactNode {
    const { broken } = this.state;
    const { screen, children } = this.props;
    if (broken === null) return children;
    return (
      <>
        <div className="screen-head">
          <h1>{screen}</h1>
        </div>
        <ProblemView
          text={`This screen stopped: ${broken.error.message}`}
          where={`The screen ${screen} of this page; the hub and the devices are not touched by it.`}
          sinceMs={broken.sinceMs}
          done="The screen was taken down, the rest of the page goes on."
          details={broken.stack}
        >
          <Act onClick={() => window.location.reload()}>Load the page again</Act>
        </ProblemView>
      </>
    );
  }
}
