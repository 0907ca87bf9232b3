// What a new deployment can begin with, to choose from.
import { Link } from 'wouter';
import { newDeploymentPath } from '#renderer/words/paths.ts';
import { deploymentTemplates } from './deployment-templates.ts';

export function TemplateGallery() {
  return (
    <ul className="template-gallery">
      {deploymentTemplates.map(({ key, title, meaning }) => (
        <li key={key} className="surface">
          <Link href={`${newDeploymentPath}?template=${key}`} className="template">
            <strong>{title}</strong>
            <span>{meaning}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
